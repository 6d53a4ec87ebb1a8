"""Records ⇄ the rows and Parquet files of a Hugging Face dataset. Heavy libraries are imported where they are used."""
