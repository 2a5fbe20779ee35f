//! Rooms are bounded in number, members, history and patience, and expire.

use std::time::{Duration, Instant};

use futures_util::future;
use tokio::net::TcpSocket;
use wasm_websocket_demo_format::room::{LONGEST_HISTORY, LONGEST_PIECE};

use super::{piece, strokes, Member};
use crate::client::*;

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
    const EXPIRY: Duration = Duration::from_millis(500);
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
    let (mut slow, _) = connect_over(tcp, "ws://localhost/room/lobby", &[])
        .await
        .unwrap();
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

#[tokio::test]
async fn what_a_member_says_is_read_at_the_rate_of_rooms() {
    let server = serve(Config {
        room_rate: 10_000.try_into().unwrap(),
        ..config()
    })
    .await;
    let mut member = Member::enter(&server, "/room/lobby").await;
    let began = Instant::now();
    for stroke in 0..5 {
        member.draw(stroke, 1000).await;
    }
    member.next_drawn(5).await;
    // What was drawn last is told at once.
    assert!(began.elapsed() >= Duration::from_millis(4 * 200));
}
