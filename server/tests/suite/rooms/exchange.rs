//! What members tell each other.

use futures_util::{future, SinkExt};
use tokio_tungstenite::tungstenite::Message;
use wasm_websocket_demo_format::room::{ToMember, LONGEST_PIECE};

use super::{piece, strokes, Member};
use crate::client::*;

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
