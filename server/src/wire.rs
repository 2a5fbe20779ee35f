//! The connection under HTTP and, after the upgrade, under a socket.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{ready, Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{sleep, Instant, Sleep};
use tokio_util::either::Either;
use tokio_util::sync::CancellationToken;

use crate::frames::FrameTracker;
use crate::heads::Tap;
use crate::meter::Meter;
use crate::tls::Stream;

/// What a request handler can do to the connection its request came on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Control(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    held: AtomicBool,
    reset: AtomicBool,
    end: CancellationToken,
    tap: Tap,
    meter: Meter,
}

impl Control {
    /// Keeps back what is written until [`Wire::upgrade`], so that the answer to the handshake and
    /// the first frames leave together.
    pub(crate) fn hold(&self) {
        self.0.held.store(true, Ordering::Release);
    }

    /// Ends the connection with a TCP reset as soon as it is dropped.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::Release);
        self.0.end.cancel();
    }

    /// The heads that went over the connection, until it was upgraded.
    pub(crate) fn tap(&self) -> &Tap {
        &self.0.tap
    }

    /// The bytes of the connection, as they are without TLS.
    pub(crate) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// Resolves after [`Control::reset`].
    pub(crate) async fn ended(&self) {
        self.0.end.cancelled().await;
    }
}

/// A stream that knows what its client has sent.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: Stream,
    control: Control,
    held: BytesMut,
    unread: Bytes,
    frames: Option<FrameTracker>,
    heard: Instant,
    send_timeout: Duration,
    /// Runs for as long as the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    /// A client that takes nothing for as long as `send_timeout` is reset.
    pub(crate) fn new(stream: Stream, control: Control, send_timeout: Duration) -> Self {
        Self {
            stream,
            control,
            held: BytesMut::new(),
            unread: Bytes::new(),
            frames: None,
            heard: Instant::now(),
            send_timeout,
            stalled: None,
        }
    }

    /// From here on frames are read, the first of them from `unread`; what was held goes out with
    /// the next write or flush.
    pub(crate) fn upgrade(&mut self, unread: Bytes) {
        self.unread = unread;
        self.frames = Some(FrameTracker::default());
        self.heard = Instant::now();
        self.control.0.held.store(false, Ordering::Release);
    }

    /// The frames that were read so far.
    pub(crate) fn frames(&self) -> Option<&FrameTracker> {
        self.frames.as_ref()
    }

    /// When the client was last heard of.
    pub(crate) fn heard(&self) -> Instant {
        self.heard
    }

    /// Ends the connection with a TCP reset.
    pub(crate) fn reset(self) {
        self.control.reset();
    }

    fn is_held(&self) -> bool {
        self.control.0.held.load(Ordering::Acquire)
    }

    fn poll_write_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.held.is_empty() {
            match ready!(self.poll_write_stream(cx, &[]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.held.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Writes what is held, and these bytes.
    fn poll_write_stream(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let together = [IoSlice::new(&self.held), IoSlice::new(bytes)];
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, &together);
        let written = ready!(self.poll_taken(cx, written))?;
        self.control.meter().written(written);
        Poll::Ready(Ok(written))
    }

    /// What a write or a flush came to, or an error if the client has taken nothing for too long.
    fn poll_taken<T>(
        &mut self,
        cx: &mut Context<'_>,
        taken: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if taken.is_ready() {
            self.stalled = None;
            return taken;
        }
        let send_timeout = self.send_timeout;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(send_timeout)));
        ready!(stalled.as_mut().poll(cx));
        tracing::debug!("a client that takes nothing is reset");
        self.control.reset();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.control.0.reset.load(Ordering::Acquire) {
            let tcp = match &self.stream {
                Either::Left(tcp) => tcp,
                Either::Right(tls) => tls.get_ref().0,
            };
            if let Err(error) = tcp.set_zero_linger() {
                tracing::debug!(%error, "the connection ends without a reset");
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let before = buf.filled().len();
        if wire.unread.is_empty() {
            ready!(Pin::new(&mut wire.stream).poll_read(cx, buf))?;
            let read = buf.filled().len() - before;
            wire.control.meter().read(read);
        } else {
            let taken = wire.unread.len().min(buf.remaining());
            buf.put_slice(&wire.unread.split_to(taken));
        }
        let read = &buf.filled()[before..];
        if !read.is_empty() {
            wire.heard = Instant::now();
        }
        match &mut wire.frames {
            Some(frames) => frames.pass(read),
            None => wire.control.tap().read(read),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        if wire.is_held() {
            wire.control.tap().written(bytes);
            wire.held.extend_from_slice(bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        while !wire.held.is_empty() {
            let written = ready!(wire.poll_write_stream(cx, bytes))?;
            let held = written.min(wire.held.len());
            wire.held.advance(held);
            if written == 0 || written > held {
                return Poll::Ready(Ok(written - held));
            }
        }
        let written = ready!(wire.poll_write_stream(cx, bytes))?;
        if wire.frames.is_none() {
            wire.control.tap().written(&bytes[..written]);
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if wire.is_held() {
            return Poll::Ready(Ok(()));
        }
        ready!(wire.poll_write_held(cx))?;
        let flushed = Pin::new(&mut wire.stream).poll_flush(cx);
        wire.poll_taken(cx, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        ready!(wire.poll_write_held(cx))?;
        let ended = Pin::new(&mut wire.stream).poll_shutdown(cx);
        wire.poll_taken(cx, ended)
    }
}
