//! Order: thousands of messages of all kinds, both ways.

use futures::StreamExt;
use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::Message;

use super::support::{connect, next, open_socket_for_bytes, runs_in, within};

const MANY: u32 = 5000;

/// The `i`th message, each time in another guise, with a length that varies.
fn message(i: u32) -> Message {
    let text = content(i);
    let view = || Uint8Array::from(text.as_bytes());
    match i % 6 {
        0 => text.into(),
        1 => text.into_bytes().into(),
        2 => view().buffer().into(),
        3 => JsString::from(text).into(),
        4 => view().into(),
        _ => web_sys::Blob::new_with_u8_array_sequence(&Array::of1(&view()))
            .unwrap()
            .into(),
    }
}

fn content(i: u32) -> String {
    format!("{i} {}", "x".repeat((i % 97) as usize))
}

#[test]
async fn thousands_of_mixed_messages_come_back_in_order() {
    if runs_in("Deno") {
        let name = concat!(
            module_path!(),
            "::thousands_of_mixed_messages_come_back_in_order"
        );
        return console_log!("{name} skipped: in Deno messages overtake a Blob");
    }
    let socket = open_socket_for_bytes("/echo").await;
    let mut echoes = socket.on_message();
    for i in 0..MANY {
        socket.send(message(i)).unwrap();
    }
    for i in 0..MANY {
        let echo = within(echoes.next()).await.unwrap();
        assert_eq!(echo.is_text(), message(i).is_text(), "message {i}");
        let same = echo == *content(i) || echo == *content(i).as_bytes();
        assert!(same, "message {i}");
    }
}

#[test]
async fn a_flood_of_mixed_messages_arrives_in_order() {
    let path = format!("/test/flood?count={MANY}&size=16&kind=mixed&then=close");
    let mut connection = connect(&path).await;
    for i in 0..MANY {
        let message = next(&mut connection).await;
        if i % 2 == 0 {
            let text = message.as_text().unwrap().to_string();
            assert_eq!(text.len(), 16);
            let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
            assert_eq!(digits.parse(), Ok(i));
        } else {
            let bytes = message.as_bytes().unwrap().to_vec();
            assert_eq!(bytes.len(), 16);
            assert_eq!(bytes[..4], i.to_le_bytes());
        }
    }
    assert!(within(connection.next()).await.is_none());
}
