"""The attachment door: attachments to text, in a process of its own with limits."""
