use std::time::{Duration, Instant};

use futures_util::{future, SinkExt};
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::Message;
use wasm_websocket_demo_format::room::{
    Entry, FromMember, Piece, PieceWriter, Point, ToMember, LONGEST_HISTORY, LONGEST_PIECE,
};

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

#[tokio::test]
async fn members_have_a_colour_each_and_are_told_who_comes_and_goes() {
    let server = serve_tests().await;
    let mut first = Member::enter(&server, "/room/lobby").await;
    assert_eq!((first.number, first.colour, first.members), (0, 0, 1));
    let second = Member::enter(&server, "/room/lobby").await;
    assert_eq!((second.number, second.colour, second.members), (1, 1, 2));
    first
        .expect(ToMember::Joined {
            colour: 1,
            members: 2,
        })
        .await;
    let elsewhere = Member::enter(&server, "/room/elsewhere").await;
    assert_eq!(elsewhere.members, 1);

    second.leave().await;
    first
        .expect(ToMember::Left {
            colour: 1,
            members: 1,
        })
        .await;
    // The colour is free, the number is not given again.
    let third = Member::enter(&server, "/room/lobby").await;
    assert_eq!((third.number, third.colour, third.members), (2, 1, 2));
    first
        .expect(ToMember::Joined {
            colour: 1,
            members: 2,
        })
        .await;
    // Without a Close frame too.
    drop(third.socket);
    first
        .expect(ToMember::Left {
            colour: 1,
            members: 1,
        })
        .await;
}

#[tokio::test]
async fn what_is_drawn_reaches_all_in_one_order() {
    let server = serve_tests().await;
    let mut a = Member::enter(&server, "/room/lobby").await;
    let mut b = Member::enter(&server, "/room/lobby").await;
    let draw = async |member: &mut Member| {
        for stroke in 0..50 {
            member.draw(stroke, 3).await;
        }
    };
    future::join(draw(&mut a), draw(&mut b)).await;
    let told = a.next_drawn(100).await;
    assert_eq!(b.next_drawn(100).await, told);
    for number in [a.number, b.number] {
        let own: Vec<u32> = told
            .iter()
            .filter(|(member, ..)| *member == number)
            .map(|(_, stroke, _)| *stroke)
            .collect();
        assert_eq!(own, (0..50).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_late_comer_gets_the_picture_so_far() {
    let server = serve_tests().await;
    let mut first = Member::enter(&server, "/room/lobby").await;
    assert_eq!(first.so_far, []);
    first.draw(1, 3).await;
    let mut second = Member::enter(&server, "/room/lobby").await;
    second.draw(1, 3).await;
    first.draw(2, 400).await;
    first.next_drawn(3).await;
    // And then they leave.
    let drawn = [(0, 1), (1, 1), (0, 2)];
    first.leave().await;
    second.leave().await;
    let mut late = Member::enter(&server, "/room/lobby").await;
    assert_eq!(strokes(&late.so_far), drawn);
    assert_eq!(late.so_far[2].2, piece(2, 400).len());
    assert_eq!(late.number, 2);

    late.clear().await;
    late.expect(ToMember::Cleared {
        colour: late.colour,
    })
    .await;
    let latest = Member::enter(&server, "/room/lobby").await;
    assert_eq!(latest.so_far, []);
}

#[tokio::test]
async fn the_seventeenth_is_told_that_the_room_is_full() {
    let server = serve_tests().await;
    let mut members = Vec::new();
    for colour in 0..16 {
        let member = Member::enter(&server, "/room/lobby").await;
        assert_eq!(member.colour, colour);
        members.push(member);
    }
    let mut one_too_many = connect(&server, "/room/lobby").await;
    let told = closed(&mut one_too_many).await;
    assert_eq!(told, Some((4001, "the room is full".to_owned())));

    members.remove(5).leave().await;
    // The place is free a moment after the handshake's end.
    members[0].next_left().await;
    assert_eq!(Member::enter(&server, "/room/lobby").await.colour, 5);
}

#[tokio::test]
async fn who_would_open_a_room_too_many_is_told_so() {
    let server = serve(Config {
        max_rooms: 2,
        ..config()
    })
    .await;
    let mut a = Member::enter(&server, "/room/a").await;
    // A room that is left as it was found is no more.
    Member::enter(&server, "/room/blank").await.leave().await;
    let mut b = soon(async {
        loop {
            let mut socket = connect(&server, "/room/b").await;
            if next(&mut socket).await.is_binary() {
                break socket;
            }
        }
    })
    .await;
    let mut one_too_many = connect(&server, "/room/c").await;
    let told = closed(&mut one_too_many).await;
    assert_eq!(told, Some((4002, "there are too many rooms".to_owned())));

    Member::enter(&server, "/room/a").await;
    a.draw(1, 1).await;
    a.next_drawn(1).await;
    b.close(None).await.unwrap();
}

#[tokio::test]
async fn a_room_is_forgotten_when_it_was_empty_for_long() {
    const EXPIRY: Duration = Duration::from_millis(300);
    let server = serve(Config {
        room_expiry: EXPIRY,
        ..config()
    })
    .await;
    let mut first = Member::enter(&server, "/room/lobby").await;
    first.draw(1, 3).await;
    first.next_drawn(1).await;
    // With somebody in it, it is not.
    tokio::time::sleep(EXPIRY * 2).await;
    let second = Member::enter(&server, "/room/lobby").await;
    assert_eq!(second.so_far.len(), 1);
    first.leave().await;
    second.leave().await;
    let again = Member::enter(&server, "/room/lobby").await;
    assert_eq!(again.so_far.len(), 1);
    again.leave().await;
    tokio::time::sleep(EXPIRY * 2).await;
    let late = Member::enter(&server, "/room/lobby").await;
    assert_eq!(late.so_far, []);
}

#[tokio::test]
async fn a_name_is_decoded_and_a_bad_one_is_400() {
    let server = serve_tests().await;
    let mut member = Member::enter(&server, "/room/lobby-1").await;
    let same = Member::enter(&server, "/room/l%6Fbby%2D1").await;
    assert_eq!(same.members, 2);
    member
        .expect(ToMember::Joined {
            colour: 1,
            members: 2,
        })
        .await;

    let too_long = "a".repeat(65);
    for name in ["Lobby", "a%20b", "a%2Fb", "%ff", "%C3%A4", &too_long] {
        let path = format!("/room/{name}");
        assert_eq!(refusal(&server, &path, &[]).await, 400, "{name}");
    }
    Member::enter(&server, &format!("/room/{}", "a".repeat(64))).await;
    let foreign = [("origin", "https://example.org")];
    assert_eq!(refusal(&server, "/room/lobby", &foreign).await, 403);
}

#[tokio::test]
async fn what_is_no_message_ends_the_socket_and_harms_nobody_else() {
    let server = serve_tests().await;
    let mut witness = Member::enter(&server, "/room/lobby").await;
    let too_long = [&[0][..], &[1; LONGEST_PIECE + 1]].concat();
    for (message, code, reason) in [
        (Message::text("draw"), 1003, "a room takes no text"),
        (Message::binary(vec![]), 1007, "the message ends too early"),
        (Message::binary(vec![9]), 1007, "no message begins with 9"),
        (
            Message::binary(vec![0, 1, 0, 1, 1]),
            1007,
            "a line has no width",
        ),
        (
            Message::binary(too_long),
            1009,
            "a piece of 4097 bytes is too long",
        ),
    ] {
        let mut member = Member::enter(&server, "/room/lobby").await;
        member.draw(1, 2).await;
        member.socket.send(message).await.unwrap();
        let told = closed(&mut member.socket).await;
        assert_eq!(told, Some((code, reason.to_owned())));
        witness.next_left().await;
    }
    witness.draw(1, 1).await;
    witness.next_drawn(1).await;
    // Nothing of what was well-formed is lost.
    let late = Member::enter(&server, "/room/lobby").await;
    assert_eq!(late.so_far.len(), 5 + 1);
}

/// Each of them draws so many pieces of so many points, and reads what it is told meanwhile.
async fn draw_together(members: &mut [Member], pieces: u32, points: usize) {
    let number = members.len();
    future::join_all(members.iter_mut().map(async |member| {
        for stroke in 0..pieces {
            member.draw(stroke, points).await;
            if stroke > 0 {
                member.next_drawn(number).await;
            }
        }
    }))
    .await;
}

async fn enter_several(server: &Handle) -> Vec<Member> {
    let mut members = Vec::new();
    for _ in 0..4 {
        members.push(Member::enter(server, "/room/lobby").await);
    }
    members
}

#[tokio::test]
async fn the_oldest_of_a_long_history_is_forgotten() {
    let server = serve_tests().await;
    let mut members = enter_several(&server).await;
    members[0].draw(0, 1).await;
    let points = (LONGEST_PIECE - 10) / 2;
    let pieces = LONGEST_HISTORY / LONGEST_PIECE / members.len() + 2;
    draw_together(&mut members, pieces as u32, points).await;
    let late = Member::enter(&server, "/room/lobby").await;
    let bytes: usize = late.so_far.iter().map(|(_, _, bytes)| bytes).sum();
    assert!(bytes <= LONGEST_HISTORY, "{bytes}");
    assert!(bytes > LONGEST_HISTORY / 2, "{bytes}");
    assert_ne!(late.so_far[0].2, piece(0, 1).len());
}

#[tokio::test]
async fn who_is_too_slow_is_closed_and_holds_nobody_up() {
    let server = serve_tests().await;
    // One for which the system takes little, so that the rest is up to the server.
    let tcp = TcpSocket::new_v4().unwrap();
    tcp.set_recv_buffer_size(4096).unwrap();
    let tcp = tcp.connect(server.local_addr()).await.unwrap();
    let (mut slow, _) = connect_over(tcp, "/room/lobby", &[]).await.unwrap();
    let mut members = enter_several(&server).await;
    draw_together(&mut members, 350, 2000).await;
    let told = closed(&mut slow).await;
    assert_eq!(told, Some((1013, "this member is too slow".to_owned())));
    members[0].next_left().await;
}

#[tokio::test]
async fn who_draws_too_fast_is_read_later_and_loses_nothing() {
    let server = serve_tests().await;
    let mut member = Member::enter(&server, "/room/lobby").await;
    let began = Instant::now();
    for stroke in 0..400 {
        member.draw(stroke, 1).await;
    }
    let told = member.next_drawn(400).await;
    assert!(began.elapsed() >= Duration::from_millis(2 * 400));
    let drawn: Vec<_> = (0..400).map(|stroke| (0, stroke)).collect();
    assert_eq!(strokes(&told), drawn);
}
