//! Forwards one direction of a connection: late if told to, in order, and no further than its cut.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{ready, Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};
use tokio::sync::Semaphore;
use tokio::time::{sleep_until, Instant};

use super::connection::{Connection, Direction};

/// What may wait to be forwarded, in bytes, and what each piece of it counts more than its length.
const ROOM: usize = 1 << 20;
const PIECE_OVERHEAD: usize = 256;
const LARGEST_PIECE: usize = 16 << 10;

/// The connection cannot or must not go on, and is to be reset.
#[derive(Debug)]
pub(crate) struct Broken;

#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    End,
    /// The sender broke off.
    Break,
}

impl Piece {
    fn weight(&self) -> usize {
        let length = match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::End | Self::Break => 0,
        };
        // More would never have room.
        (length + PIECE_OVERHEAD).min(ROOM)
    }
}

/// A piece, and when it goes on.
type Due = (Instant, Piece);

/// Forwards until the sender is done, `first` before all else.
pub(crate) async fn pump(
    connection: &Connection,
    direction: Direction,
    first: Bytes,
    from: ReadHalf<'_>,
    to: WriteHalf<'_>,
) -> Result<(), Broken> {
    let room = Semaphore::new(ROOM);
    let (pieces, queue) = unbounded_channel();
    let reading = async {
        if !first.is_empty() {
            put(connection, &pieces, &room, Piece::Bytes(first)).await;
        }
        let end = read(connection, from, &pieces, &room).await;
        put(connection, &pieces, &room, end).await;
        drop(pieces);
        Ok(())
    };
    let writing = write(connection, direction, to, queue, &room);
    tokio::try_join!(reading, writing).map(|_| ())
}

/// Reads until there comes no more, and says how that is to be passed on.
async fn read(
    connection: &Connection,
    mut from: ReadHalf<'_>,
    pieces: &UnboundedSender<Due>,
    room: &Semaphore,
) -> Piece {
    let mut buffer = vec![0; LARGEST_PIECE];
    loop {
        match from.read(&mut buffer).await {
            Ok(0) => return Piece::End,
            Ok(read) => {
                let bytes = Bytes::copy_from_slice(&buffer[..read]);
                put(connection, pieces, room, Piece::Bytes(bytes)).await;
            }
            Err(_) => return Piece::Break,
        }
    }
}

async fn put(
    connection: &Connection,
    pieces: &UnboundedSender<Due>,
    room: &Semaphore,
    piece: Piece,
) {
    let due = Instant::now() + connection.delay();
    let weight = u32::try_from(piece.weight()).unwrap_or(u32::MAX);
    if let Ok(taken) = room.acquire_many(weight).await {
        taken.forget();
        // Without a writer there is nobody to tell.
        let _ = pieces.send((due, piece));
    }
}

async fn write(
    connection: &Connection,
    direction: Direction,
    mut to: WriteHalf<'_>,
    mut queue: UnboundedReceiver<Due>,
    room: &Semaphore,
) -> Result<(), Broken> {
    while let Some((due, piece)) = queue.recv().await {
        if due > Instant::now() {
            sleep_until(due).await;
        }
        let weight = piece.weight();
        let forwarded = tokio::select! {
            biased;
            () = connection.swallowed() => Ok(()),
            forwarded = forward(connection, direction, &mut to, piece) => forwarded,
        };
        if forwarded.is_err() && !connection.is_swallowed() {
            return Err(Broken);
        }
        room.add_permits(weight);
    }
    Ok(())
}

async fn forward(
    connection: &Connection,
    direction: Direction,
    to: &mut WriteHalf<'_>,
    piece: Piece,
) -> Result<(), Broken> {
    match piece {
        Piece::Bytes(mut bytes) => {
            poll_fn(|cx| poll_write(connection, direction, to, &mut bytes, cx)).await
        }
        Piece::End => to.shutdown().await.map_err(|_| Broken),
        Piece::Break => Err(Broken),
    }
}

/// Writes up to the cut, which is looked up whenever there is something to write.
fn poll_write(
    connection: &Connection,
    direction: Direction,
    to: &mut WriteHalf<'_>,
    bytes: &mut Bytes,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Broken>> {
    let mut cuts = connection.cuts();
    let cut = cuts.of(direction);
    while !bytes.is_empty() && !connection.is_swallowed() {
        let allowed = cut.map_or(bytes.len(), |left| {
            usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()))
        });
        let written = match ready!(Pin::new(&mut *to).poll_write(cx, &bytes[..allowed])) {
            Ok(0) | Err(_) => return Poll::Ready(Err(Broken)),
            Ok(written) => written,
        };
        bytes.advance(written);
        if let Some(left) = cut {
            *left = left.saturating_sub(written as u64);
            if *left == 0 {
                return Poll::Ready(Err(Broken));
            }
        }
    }
    Poll::Ready(Ok(()))
}
