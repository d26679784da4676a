// Floor 4. What the fact check knows of this desk besides the facts: its markets, its indicators' settings, its commands.
