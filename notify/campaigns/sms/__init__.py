"""What an SMS of a step costs: its parts and its price, and the name under which it leaves."""
