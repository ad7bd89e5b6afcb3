//! A Bot API server that keeps state and enforces the limits that Telegram documents.
