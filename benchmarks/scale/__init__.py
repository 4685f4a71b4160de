"""What a refresh costs on a cluster: measured at sizes that fit here, and predicted for others."""
