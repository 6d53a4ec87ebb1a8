"""Rules about time expressions (TIM)."""
