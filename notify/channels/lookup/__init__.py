"""What an order or a request is at, asked at the company's own address."""
