"""Decision tables of other systems read as policy pages, and pages written for them."""
