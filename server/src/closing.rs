//! Ends a connection so that the client learns why, <https://www.rfc-editor.org/rfc/rfc6455#section-7.1>.
//!
//! A TCP connection that is closed with bytes still unread is reset, and a reset takes what was
//! just sent with it: a client in the middle of a message would see 1006 in place of the code. So
//! after the Close frame the client is read on, and discarded, up to its own Close frame.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{ready, Context, Poll};
use std::time::Duration;

use futures_util::SinkExt;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::WebSocketStream;

use crate::wire::Wire;

const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);
const UNANSWERED_TIMEOUT: Duration = Duration::from_secs(60);
const DISCARD_LIMIT: u64 = 1 << 30;

type Socket = WebSocketStream<Wire>;

/// What a Close frame says; the reason has at most 123 bytes.
pub(crate) fn frame(
    code: impl Into<CloseCode>,
    reason: impl Into<Utf8Bytes>,
) -> Option<CloseFrame> {
    Some(CloseFrame {
        code: code.into(),
        reason: reason.into(),
    })
}

/// Sends a Close frame and waits for the client's.
pub(crate) async fn close(socket: &mut Socket, frame: Option<CloseFrame>) {
    if let Err(error) = socket.start_send_unpin(Message::Close(frame)) {
        tracing::debug!(%error, "no Close frame sent");
    }
    let mut discarded = 0;
    let mut flushed = false;
    let handshake = poll_fn(|cx| {
        // Both at once: a client may take nothing before it has got rid of what it is sending.
        flushed = flushed || socket.poll_flush_unpin(cx).is_ready();
        loop {
            let closed = socket
                .get_ref()
                .frames()
                .is_some_and(|frames| frames.close().is_some());
            if closed && flushed {
                return Poll::Ready(());
            }
            match poll_discard(socket.get_mut(), cx) {
                Poll::Ready(0) => return Poll::Ready(()),
                Poll::Ready(count) => discarded += count,
                Poll::Pending => return Poll::Pending,
            }
            if discarded > DISCARD_LIMIT {
                return Poll::Ready(());
            }
        }
    });
    if timeout(CLOSE_TIMEOUT, handshake).await.is_err() {
        tracing::debug!("the client did not close in time");
    }
}

/// Reads until the client goes away, and answers nothing.
pub(crate) async fn discard(socket: &mut Socket) {
    let wire = socket.get_mut();
    let _ = timeout(UNANSWERED_TIMEOUT, poll_fn(|cx| poll_discard_all(wire, cx))).await;
}

fn poll_discard_all(wire: &mut Wire, cx: &mut Context<'_>) -> Poll<()> {
    while ready!(poll_discard(wire, cx)) > 0 {}
    Poll::Ready(())
}

/// How many bytes were read and discarded: 0 at the end.
fn poll_discard(wire: &mut Wire, cx: &mut Context<'_>) -> Poll<u64> {
    let mut bytes = [0; 16 << 10];
    let mut buffer = ReadBuf::new(&mut bytes);
    Poll::Ready(match ready!(Pin::new(wire).poll_read(cx, &mut buffer)) {
        Ok(()) => buffer.filled().len() as u64,
        Err(_) => 0,
    })
}
