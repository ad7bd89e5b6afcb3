//! A connection whose first bytes must come in time.
//!
//! hyper's deadline for a head begins once it knows which version of HTTP is spoken. To know that, it waits for the first
//! bytes without any deadline, so a connection that says nothing, or only the beginning of an HTTP/2 preface, would hold
//! its slot for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// What an HTTP/2 connection begins with (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// See the module.
pub struct Opening<S> {
    stream: S,
    /// How much of the preface was heard, and until when the rest must come; none once the version is known.
    waiting: Option<(usize, Pin<Box<Sleep>>)>,
}

impl<S> Opening<S> {
    /// Waits at most `within` for the first bytes.
    pub fn new(stream: S, within: Duration) -> Self {
        Self { stream, waiting: Some((0, Box::pin(sleep(within)))) }
    }

    fn heard(&mut self, bytes: &[u8]) {
        let Some((heard, _)) = &mut self.waiting else { return };
        let rest = PREFACE.get(*heard..).unwrap_or_default();
        if !bytes.is_empty() && bytes.len() < rest.len() && rest.starts_with(bytes) {
            *heard += bytes.len();
        } else {
            self.waiting = None;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Opening<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(done) => {
                self.heard(buffer.filled().get(before..).unwrap_or_default());
                Poll::Ready(done)
            }
            Poll::Pending => {
                let late =
                    self.waiting.as_mut().is_some_and(|(_, end)| end.as_mut().poll(context).is_ready());
                if late { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { Poll::Pending }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Opening<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
