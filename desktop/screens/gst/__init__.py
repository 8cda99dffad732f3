"""The GST screen: a period's returns, what stands in their way, the papers behind each figure, and filing."""
