//! Rooms, and clients in them.

mod exchange;
mod limits;

use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message;
use wasm_websocket_demo_format::room::{Entry, FromMember, Piece, PieceWriter, Point, ToMember};

use crate::client::*;

/// A client in a room.
struct Member {
    socket: Socket,
    number: u32,
    colour: u8,
    members: u32,
    /// Who drew what before.
    so_far: Vec<Drawn>,
}

/// A member's number, the number of its stroke, and how many bytes that takes.
type Drawn = (u32, u32, usize);

impl Member {
    async fn enter(server: &Handle, path: &str) -> Self {
        let mut socket = connect(server, path).await;
        let welcome = next(&mut socket).await.into_data();
        let Ok(ToMember::Welcome {
            member,
            colour,
            members,
        }) = ToMember::decode(&welcome)
        else {
            panic!("{welcome:?}");
        };
        let mut this = Self {
            socket,
            number: member,
            colour,
            members,
            so_far: Vec::new(),
        };
        loop {
            let message = next(&mut this.socket).await.into_data();
            match ToMember::decode(&message) {
                Ok(ToMember::Drawn(entries)) => this.so_far.extend(drawn(entries)),
                Ok(ToMember::CaughtUp) => return this,
                other => panic!("{other:?}"),
            }
        }
    }

    async fn draw(&mut self, stroke: u32, points: usize) {
        let message = FromMember::Draw(Piece::decode(&piece(stroke, points)).unwrap()).encode();
        self.socket.feed(Message::binary(message)).await.unwrap();
        self.socket.flush().await.unwrap();
    }

    async fn clear(&mut self) {
        let clear = Message::binary(FromMember::Clear.encode());
        self.socket.send(clear).await.unwrap();
    }

    /// The next pieces, so many, of which other news is left out.
    async fn next_drawn(&mut self, count: usize) -> Vec<Drawn> {
        let mut pieces = Vec::new();
        while pieces.len() < count {
            let message = next(&mut self.socket).await.into_data();
            if let Ok(ToMember::Drawn(entries)) = ToMember::decode(&message) {
                pieces.extend(drawn(entries));
            }
        }
        pieces
    }

    async fn expect(&mut self, message: ToMember<'_>) {
        let told = next(&mut self.socket).await.into_data();
        assert_eq!(ToMember::decode(&told), Ok(message));
    }

    /// Waits until somebody left.
    async fn next_left(&mut self) {
        loop {
            let message = next(&mut self.socket).await.into_data();
            if let Ok(ToMember::Left { .. }) = ToMember::decode(&message) {
                return;
            }
        }
    }

    /// Leaves, and completes the closing handshake.
    async fn leave(mut self) {
        self.socket.close(None).await.unwrap();
        closed(&mut self.socket).await;
    }
}

fn drawn<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Vec<Drawn> {
    entries
        .map(|entry| {
            let piece = entry.piece;
            (entry.member, piece.stroke(), piece.as_bytes().len())
        })
        .collect()
}

fn piece(stroke: u32, points: usize) -> Vec<u8> {
    let mut piece = PieceWriter::new(stroke, 90);
    (0..points).for_each(|step| {
        piece.push(Point {
            x: step as i16,
            y: 7,
        })
    });
    piece.finish(true)
}

fn strokes(drawn: &[Drawn]) -> Vec<(u32, u32)> {
    drawn
        .iter()
        .map(|(member, stroke, _)| (*member, *stroke))
        .collect()
}
