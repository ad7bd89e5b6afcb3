//! A connection that can be cut from outside, whoever holds it.

use std::{
    future::Future,
    io::{ErrorKind, Result},
    pin::Pin,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Fails from the moment on when its token is cancelled. `russh` serves a connection in a task that nobody can end.
pub struct Severable<S> {
    stream: S,
    severed: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl<S> Severable<S> {
    /// Wraps a connection.
    pub fn new(stream: S, token: CancellationToken) -> Self {
        Self { stream, severed: Box::pin(token.cancelled_owned()) }
    }

    /// The connection, as long as it is whole.
    fn whole(&mut self, cx: &mut Context<'_>) -> Result<Pin<&mut S>>
    where
        S: Unpin,
    {
        match self.severed.as_mut().poll(cx) {
            Poll::Ready(()) => Err(ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(Pin::new(&mut self.stream)),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Severable<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        self.get_mut().whole(cx)?.poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Severable<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.get_mut().whole(cx)?.poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().whole(cx)?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.get_mut().whole(cx)?.poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn a_reader_that_waits_is_woken_and_stays_cut() {
        let (near, mut far) = duplex(64);
        let token = CancellationToken::new();
        let mut near = Severable::new(near, token.clone());
        far.write_all(b"x").await.unwrap();
        assert_eq!(near.read_u8().await.unwrap(), b'x');
        let cut = async { token.cancel() };
        let (read, ()) = tokio::join!(near.read_u8(), cut);
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionAborted);
        assert!(near.write_all(b"x").await.is_err() && near.read_u8().await.is_err());
    }
}
