//! The traits of `futures` ([`futures::io`]).

use std::{
    io,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::io::{AsyncRead, AsyncWrite};

use super::{ByteStream, Source};

#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
impl<S: Source> AsyncRead for ByteStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if !buffer.is_empty() {
            ready!(self.poll_available(cx))?;
        }
        Poll::Ready(Ok(self.take(buffer)))
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
impl<S: Source> AsyncWrite for ByteStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flushed(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_closed(cx)
    }
}
