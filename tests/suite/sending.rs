//! Sending: for every type that can be sent, the server sees exactly its bytes and its opcode.

use js_sys::{Array, ArrayBuffer, JsString, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Blob, Bytes, Content, Message, Outgoing, Text};

use super::support::{connect, next, open_socket, report, report_of, shared_view, within};

async fn assert_server_sees(message: impl Outgoing, opcode: &str, bytes: &[u8]) {
    let mut connection = connect("/test/sink").await;
    connection.send(message).await.unwrap();
    let answer = next(&mut connection).await;
    assert_eq!(report_of(&answer), report(opcode, bytes));
}

/// 0, 1, 2, … in the browser's memory.
fn buffer(len: u8) -> ArrayBuffer {
    Uint8Array::from((0..len).collect::<Vec<_>>().as_slice()).buffer()
}

#[test]
async fn a_str() {
    assert_server_sees("grüezi ✨", "text", "grüezi ✨".as_bytes()).await;
}

/// A type of the user's own, which is one line on the wire.
struct Line(&'static str);

impl Outgoing for Line {
    fn content(&self) -> Content<'_> {
        self.0.into()
    }
}

impl From<Line> for Message {
    fn from(line: Line) -> Self {
        line.0.into()
    }
}

#[test]
async fn a_type_of_the_users() {
    assert_server_sees(Line("grüezi"), "text", "grüezi".as_bytes()).await;
}

#[test]
async fn a_string() {
    assert_server_sees(String::from("grüezi"), "text", "grüezi".as_bytes()).await;
}

#[test]
async fn a_js_string() {
    assert_server_sees(JsString::from("grüezi"), "text", "grüezi".as_bytes()).await;
}

#[test]
async fn a_js_string_with_a_lone_surrogate_gets_a_replacement_character() {
    let broken = JsString::from_char_code(&[0x61, 0xd800, 0x62]);
    assert_server_sees(broken, "text", "a\u{fffd}b".as_bytes()).await;
}

#[test]
async fn text_with_nul_and_line_ends() {
    assert_server_sees("a\0b\r\nc", "text", b"a\0b\r\nc").await;
}

#[test]
async fn empty_text_and_empty_bytes() {
    assert_server_sees("", "text", b"").await;
    assert_server_sees(JsString::from(""), "text", b"").await;
    assert_server_sees(Vec::new(), "binary", b"").await;
    assert_server_sees(buffer(0), "binary", b"").await;
    assert_server_sees(Uint8Array::new_with_length(0), "binary", b"").await;
    assert_server_sees(web_sys::Blob::new().unwrap(), "binary", b"").await;
}

#[test]
async fn a_slice() {
    let bytes = [0, 1, 2, 253, 254, 255];
    assert_server_sees(bytes.as_slice(), "binary", &bytes).await;
    assert_server_sees(&bytes[2..4], "binary", &[2, 253]).await;
}

#[test]
async fn arrays_of_bytes() {
    assert_server_sees([0, 128, 255], "binary", &[0, 128, 255]).await;
    assert_server_sees(b"literal", "binary", b"literal").await;
}

#[test]
async fn a_vec() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert_server_sees(bytes.clone(), "binary", &bytes).await;
}

#[test]
async fn an_array_buffer() {
    let bytes: Vec<u8> = (0..200).collect();
    assert_server_sees(buffer(200), "binary", &bytes).await;
}

/// A view of a whole buffer, and one with an offset and a length, which must send only these.
macro_rules! typed_arrays {
    ($($name:ident: $view:ident of $size:literal bytes;)+) => {$(
        #[test]
        async fn $name() {
            let bytes: Vec<u8> = (0..200).collect();
            let whole = js_sys::$view::new(&buffer(200));
            assert_server_sees(whole, "binary", &bytes).await;

            let part = js_sys::$view::new_with_byte_offset_and_length(&buffer(200), 16, 5);
            assert_server_sees(part, "binary", &bytes[16..16 + 5 * $size]).await;
        }
    )+};
}

typed_arrays! {
    an_int8_array: Int8Array of 1 bytes;
    a_uint8_array: Uint8Array of 1 bytes;
    a_uint8_clamped_array: Uint8ClampedArray of 1 bytes;
    an_int16_array: Int16Array of 2 bytes;
    a_uint16_array: Uint16Array of 2 bytes;
    an_int32_array: Int32Array of 4 bytes;
    a_uint32_array: Uint32Array of 4 bytes;
    a_float32_array: Float32Array of 4 bytes;
    a_float64_array: Float64Array of 8 bytes;
    a_big_int64_array: BigInt64Array of 8 bytes;
    a_big_uint64_array: BigUint64Array of 8 bytes;
    a_float16_array: Float16Array of 2 bytes;
}

#[test]
async fn a_data_view() {
    let bytes: Vec<u8> = (0..200).collect();
    let whole = js_sys::DataView::new(&buffer(200), 0, 200);
    assert_server_sees(whole, "binary", &bytes).await;
    let part = js_sys::DataView::new(&buffer(200), 3, 7);
    assert_server_sees(part, "binary", &bytes[3..10]).await;
}

#[test]
async fn a_view_of_shared_memory() {
    assert_server_sees(shared_view(&[7, 8, 9]), "binary", &[7, 8, 9]).await;
}

#[test]
async fn a_buffer_that_was_transferred_away_is_empty() {
    let gone = buffer(8);
    let (data_view, view) = (
        js_sys::DataView::new(&gone, 2, 4),
        js_sys::Int16Array::new(&gone),
    );
    let options = js_sys::Object::new();
    Reflect::set(&options, &"transfer".into(), &Array::of1(&gone)).unwrap();
    let clone: js_sys::Function = Reflect::get(&js_sys::global(), &"structuredClone".into())
        .unwrap()
        .unchecked_into();
    clone.call2(&JsValue::UNDEFINED, &gone, &options).unwrap();

    for view in [Bytes::from(data_view), Bytes::from(view)] {
        assert_eq!((view.len(), view.to_vec()), (0, vec![]));
    }
    let bytes = Bytes::from(gone);
    assert_eq!((bytes.len(), bytes.to_vec()), (0, vec![]));
    assert_eq!(bytes.copy_to(&mut [0; 4]), 0);
    assert_eq!(bytes.as_js().length(), 0);
    assert_server_sees(bytes, "binary", b"").await;
}

fn blob(bytes: &[u8]) -> web_sys::Blob {
    web_sys::Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).unwrap()
}

#[test]
async fn a_blob() {
    let bytes: Vec<u8> = (0..200).collect();
    assert_server_sees(blob(&bytes), "binary", &bytes).await;
    assert_server_sees(Blob::from(blob(&bytes)), "binary", &bytes).await;
}

#[test]
async fn a_slice_of_a_blob() {
    let part = blob(b"0123456789").slice_with_i32_and_i32(3, 7).unwrap();
    assert_server_sees(part, "binary", b"3456").await;
}

#[test]
async fn text_and_bytes_of_ones_own_making() {
    assert_server_sees(Text::from("x"), "text", b"x").await;
    assert_server_sees(Bytes::from([1]), "binary", &[1]).await;
}

#[test]
async fn a_clone_is_sent_like_the_message_itself() {
    for (message, opcode, bytes) in [
        (Message::from("text"), "text", b"text".as_slice()),
        (Message::from(JsString::from("text")), "text", b"text"),
        (Message::from(b"bytes"), "binary", b"bytes"),
        (Message::from(buffer(3)), "binary", &[0, 1, 2]),
        (Message::from(blob(b"blob")), "binary", b"blob"),
    ] {
        assert_server_sees(message.clone(), opcode, bytes).await;
        assert_server_sees(message, opcode, bytes).await;
    }
}

#[test]
async fn what_arrived_can_be_sent_on() {
    for (sent, opcode, bytes) in [
        (Message::from("grüezi"), "text", "grüezi".as_bytes()),
        (Message::from([1, 2, 3]), "binary", &[1, 2, 3]),
    ] {
        let socket = open_socket("/echo").await;
        let mut messages = socket.on_message();
        socket.send(sent).unwrap();
        let arrived = within(futures::StreamExt::next(&mut messages))
            .await
            .unwrap();
        assert_server_sees(arrived, opcode, bytes).await;
    }
}

#[test]
async fn what_waits_to_be_sent_is_counted_and_then_flushed() {
    let socket = open_socket("/test/sink?after=2").await;
    let mut answers = socket.on_message();
    socket.send(vec![0; 1_000_000]).unwrap();
    assert_eq!(socket.buffered_amount(), 1_000_000);
    socket.send("ä").unwrap();
    assert_eq!(
        socket.buffered_amount(),
        1_000_002,
        "text is counted in bytes of UTF-8"
    );
    within(futures::StreamExt::next(&mut answers))
        .await
        .unwrap();
    assert_eq!(socket.buffered_amount(), 0);
}
