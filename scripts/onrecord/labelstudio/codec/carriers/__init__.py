"""What a record's field can be in Label Studio: one kind of carrier, a module a family.

| carrier | what it is in Label Studio |
|---|---|
| `Mark` | a region and its label (an entity's type is the label of its mentions) |
| `Note` | the region's note (`meta.text`) |
| `Choice`, `Flags`, `Taxonomy` | a per-region control |
| `Text` | a per-region TextArea of one entry |
| `Ref` | the same, holding an id, then a name for people to read: `e1 Ann Lee` |
| `Cluster` | the same for what a mention belongs to, its Wikidata link behind a bar: `e1 Ann Lee \\| Q42` |
| `Lines` | a TextArea of several entries, each `word… id name \\| note`; an argument's id may be `entity@mention` |
| `Reference`, `Kinds` | a relation to what has a region, one or several |
| `Part`, `Parts` | a relation to a region that is nothing else |
| `Pieces` | relations from the later pieces of an item to its first |
| `Somebody`, `Somebodies` | a relation to a mention, or an entry in a control |
| `Roles` | relations that a person drew, beside a control's entries |
| `Carried` | a row in the task's data |
"""
