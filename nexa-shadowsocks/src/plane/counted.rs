//! A connection whose every byte is charged before it goes on.

use super::account::Account;
use std::{
    io::{ErrorKind, Result},
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// Charges what is read from and written to a connection, keeps the pace, and ends when nothing is left or the device
/// lost its place.
pub struct Counted<S> {
    stream: S,
    account: Arc<Account>,
    device: Option<IpAddr>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl<S> Counted<S> {
    /// Wraps a connection made for the device at this address, or for no device that needs a place.
    pub const fn new(stream: S, account: Arc<Account>, device: Option<IpAddr>) -> Self {
        Self { stream, account, device, pause: None }
    }

    fn poll_pause(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = self.pause.as_mut() {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        Poll::Ready(())
    }

    fn charge(&mut self, bytes: usize) -> Result<()> {
        let charged = self.account.meter.charge(u64::try_from(bytes).unwrap_or(u64::MAX));
        let now = Instant::now();
        let admitted = self.device.is_none_or(|device| self.account.devices.admit(device, now));
        if !charged || !admitted {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        if let Some(pace) = &self.account.pace {
            let wait = pace.book(bytes, now);
            if wait > Duration::ZERO {
                self.pause = Some(Box::pin(sleep(wait)));
            }
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_pause(cx));
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        let read = buf.filled().len() - before;
        Poll::Ready(if read == 0 { Ok(()) } else { this.charge(read) })
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_pause(cx));
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, buf))?;
        Poll::Ready(this.charge(written).map(|()| written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
