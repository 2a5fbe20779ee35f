//! Bytes without the borders of messages, by the traits of `futures`.

use std::io;

use futures::{
    future,
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    FutureExt,
};
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;
use wasm_websocket::{
    BinaryType, ByteStream, CloseCode, Connection, Error, Overflow, ReadyState, Transport,
};

use super::support::{
    each_transport, new_id, next, open, server_remembers, server_saw_it_end, settle, url, within,
    UncaughtGuard,
};

const LONGEST_MESSAGE: usize = 64 << 10;

each_transport! {
    in memory too;

    async fn megabytes_come_back_as_they_went_out(transport: Transport) {
        let sent: Vec<u8> = (0..4_000_000u32).map(|i| (i.wrapping_mul(i) >> 7) as u8).collect();
        let (mut reader, mut writer) = open("/echo", transport).await.into_io().split();
        let mut received = vec![0; sent.len()];
        let (read, written) = within(future::join(
            reader.read_exact(&mut received),
            writer.write_all(&sent),
        ))
        .await;
        read.unwrap();
        written.unwrap();
        assert_eq!(Sha256::digest(received), Sha256::digest(&sent));
        within(writer.close()).await.unwrap();
        assert_eq!(within(reader.read(&mut [0; 8])).await.unwrap(), 0);
    }

    #[sockets]
    async fn small_reads_of_a_big_message_copy_each_byte_once(transport: Transport) {
        const SIZE: usize = 1_000_000;
        let path = format!("/test/flood?count=1&size={SIZE}&then=close");
        let mut stream = open(&path, transport).await.into_io();
        let mut piece = [9; 100];
        assert_eq!(within(stream.read(&mut piece[..4])).await.unwrap(), 4);
        assert_eq!(piece[..4], [0; 4]);
        let copied = Copied::count();
        let mut reads = 0;
        loop {
            piece.fill(9);
            match within(stream.read(&mut piece)).await.unwrap() {
                0 => break,
                len => assert!(piece[..len].iter().all(|&byte| byte == 0)),
            }
            reads += 1;
        }
        assert_eq!((reads, copied.bytes()), (SIZE / 100, SIZE - 4));
    }

    async fn an_empty_message_is_not_the_end(transport: Transport) {
        let connection = open("/echo", transport).await;
        for message in ["", "a", "", ""] {
            connection.send(message).await.unwrap();
        }
        connection.send(vec![]).await.unwrap();
        connection.send(vec![b'b']).await.unwrap();
        connection.send(vec![]).await.unwrap();
        let mut stream = connection.into_io();
        for expected in [b"a", b"b"] {
            let mut bytes = [0; 8];
            assert_eq!(within(stream.read(&mut bytes)).await.unwrap(), 1);
            assert_eq!(&bytes[..1], expected);
        }
        settle().await;
        assert!(stream.read(&mut [0; 8]).now_or_never().is_none());
        within(stream.close()).await.unwrap();
        assert_eq!(within(stream.read(&mut [0; 8])).await.unwrap(), 0);
    }

    async fn a_read_into_nothing_takes_nothing(transport: Transport) {
        let mut stream = open("/test/greet?text=hello", transport).await.into_io();
        assert_eq!(stream.read(&mut []).now_or_never().unwrap().unwrap(), 0);
        let mut bytes = [0; 5];
        within(stream.read_exact(&mut bytes)).await.unwrap();
        assert_eq!(stream.read(&mut []).now_or_never().unwrap().unwrap(), 0);
        assert_eq!(&bytes, b"hello");
    }

    async fn text_is_read_as_utf8_whatever_the_pieces(transport: Transport) {
        let text = "grüezi ✨ ".repeat(100);
        let connection = open("/echo", transport).await;
        connection.send(text.as_str()).await.unwrap();
        let mut stream = connection.into_io();
        let mut bytes = vec![0; text.len()];
        for piece in bytes.chunks_mut(3) {
            within(stream.read_exact(piece)).await.unwrap();
        }
        assert_eq!(bytes, text.as_bytes());
    }

    async fn lines_are_read_across_messages(transport: Transport) {
        let connection = open("/echo", transport).await;
        connection.send("one\ntw").await.unwrap();
        connection.send("").await.unwrap();
        connection.send(b"o\nthree\n".as_slice()).await.unwrap();
        let mut lines = BufReader::new(connection.into_io());
        for expected in ["one\n", "two\n", "three\n"] {
            let mut line = String::new();
            within(lines.read_line(&mut line)).await.unwrap();
            assert_eq!(line, expected);
        }
    }

    #[sockets]
    async fn blobs_are_read_in_their_place_among_texts(transport: Transport) {
        let mut bytes = Vec::new();
        let mut blobs = mixed_blobs(transport).await;
        within(blobs.read_to_end(&mut bytes)).await.unwrap();
        assert_eq!(bytes.len(), 200 * 64);
        for (i, message) in (0u32..).zip(bytes.chunks(64)) {
            match i % 2 {
                0 => assert!(message.starts_with(format!("{i:010}").as_bytes()), "{i}"),
                _ => assert_eq!(message[..4], i.to_le_bytes()),
            }
        }
    }

    async fn a_clean_close_is_the_end_of_file(transport: Transport) {
        let path = "/test/flood?count=3&size=10&then=close";
        let mut stream = open(path, transport).await.into_io();
        let mut bytes = Vec::new();
        assert_eq!(within(stream.read_to_end(&mut bytes)).await.unwrap(), 30);
        assert_is_at_its_end(&mut stream).await;
    }

    async fn an_unclean_close_is_one_error_and_then_the_end_of_file(transport: Transport) {
        let connection = open("/test/abort?after=1", transport).await;
        connection.send("now").await.unwrap();
        let mut stream = connection.into_io();
        let error = within(stream.read(&mut [0; 8])).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
        match cause(&error) {
            Error::Closed(event) => assert_eq!((event.code().as_u16(), event.was_clean()), (1006, false)),
            other => panic!("{other:?}"),
        }
        assert_is_at_its_end(&mut stream).await;
    }

    async fn a_write_is_one_binary_message_of_64_kib_at_the_most(transport: Transport) {
        let bytes: Vec<u8> = (0..3 * LONGEST_MESSAGE as u32 + 1000).map(|i| (i >> 3) as u8).collect();
        let mut stream = open("/test/sink?after=4", transport).await.into_io();
        assert_eq!(within(stream.write(&bytes)).await.unwrap(), LONGEST_MESSAGE);
        within(stream.write_all(&bytes[LONGEST_MESSAGE..])).await.unwrap();
        let report = serde_json::json!({
            "messages": 4,
            "text": 0,
            "binary": 4,
            "bytes": bytes.len(),
            "sha256": format!("{:x}", Sha256::digest(&bytes)),
        });
        let mut told = vec![0; report.to_string().len()];
        within(stream.read_exact(&mut told)).await.unwrap();
        let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
        assert_eq!(told, report);
    }

    async fn writing_nothing_sends_nothing(transport: Transport) {
        let id = new_id();
        let mut stream = open(&format!("/echo?id={id}"), transport).await.into_io();
        assert_eq!(within(stream.write(&[])).await.unwrap(), 0);
        within(stream.write_all(b"something")).await.unwrap();
        within(stream.close()).await.unwrap();
        assert_eq!(server_saw_it_end(&id).await["messages"], 1);
        assert_eq!(within(stream.write(&[])).await.unwrap(), 0);
    }

    async fn a_writer_waits_while_too_much_is_buffered(transport: Transport) {
        const HIGH: usize = 4 * LONGEST_MESSAGE;
        let connection = Connection::builder(&url("/test/silent"))
            .transport(transport)
            .send_watermarks(0, HIGH as u64)
            .connect();
        let mut stream = within(connection).await.unwrap().into_io();
        let mut written = 0;
        // In one turn, in which nothing leaves.
        while let Some(more) = stream.write(&[1; LONGEST_MESSAGE]).now_or_never() {
            written += more.unwrap();
            assert!(written <= HIGH + LONGEST_MESSAGE, "no backpressure");
        }
        assert!(written >= HIGH);
        assert!(stream.get_ref().buffered_amount() > 0);
        // The browser has all of it already.
        assert!(stream.flush().now_or_never().is_some());
        within(stream.write_all(&[2])).await.unwrap();
        within(stream.get_ref().flush()).await.unwrap();
        assert_eq!(stream.get_ref().buffered_amount(), 0);
    }

    async fn closing_sends_what_was_written_and_waits_for_the_close(transport: Transport) {
        let id = new_id();
        let mut stream = open(&format!("/test/silent?id={id}"), transport).await.into_io();
        within(stream.write_all(&[7; 200_000])).await.unwrap();
        within(stream.close()).await.unwrap();
        let closed = stream.get_ref().closed().now_or_never().unwrap();
        assert_eq!((closed.code().as_u16(), closed.was_clean()), (1005, true));
        assert_eq!(server_saw_it_end(&id).await["messages"], 4);
        within(stream.close()).await.unwrap();

        let error = within(stream.write(&[1])).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(*cause(&error), Error::NotOpen(ReadyState::Closed));
        assert_is_at_its_end(&mut stream).await;
    }

    async fn a_sender_reaches_the_connection_whose_bytes_are_split(transport: Transport) {
        let connection = open("/echo", transport).await;
        let sender = connection.sender();
        let (mut reader, mut writer) = connection.into_io().split();
        within(writer.write_all(b"text")).await.unwrap();
        within(reader.read_exact(&mut [0; 4])).await.unwrap();
        assert_eq!(sender.ready_state(), ReadyState::Open);
        sender.close_with(CloseCode::new(3001), "done").unwrap();
        assert_eq!(within(reader.read(&mut [0; 4])).await.unwrap(), 0);
        let end = within(sender.closed()).await;
        assert_eq!((end.code().as_u16(), end.reason()), (3001, "done"));
    }

    async fn closing_what_broke_is_the_error(transport: Transport) {
        let mut stream = open("/test/abort?after=1", transport).await.into_io();
        within(stream.write_all(&[1])).await.unwrap();
        within(stream.get_ref().closed()).await;
        let error = within(stream.close()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    }

    async fn a_reader_in_another_task_is_woken_by_the_close(transport: Transport) {
        let (mut reader, mut writer) = open("/echo", transport).await.into_io().split();
        let mut bytes = [0; 8];
        let (read, closed) =
            within(future::join(reader.read(&mut bytes), writer.close())).await;
        assert_eq!(read.unwrap(), 0);
        closed.unwrap();
    }

    async fn messages_go_on_where_bytes_stop(transport: Transport) {
        let mut stream = open("/echo", transport).await.into_io();
        within(stream.write_all(b"bytes")).await.unwrap();
        stream.get_ref().send("text").await.unwrap();
        within(stream.read_exact(&mut [0; 2])).await.unwrap();
        let mut connection = stream.into_inner();
        assert_eq!(next(&mut connection).await, "text");
    }

    #[sockets]
    async fn dropping_it_in_any_state_closes_it_and_throws_nothing(transport: Transport) {
        let guard = UncaughtGuard::new();
        let mut ids = Vec::new();
        let mut start = || {
            ids.push(new_id());
            format!("/echo?id={}", ids.last().unwrap())
        };

        let mut reading = open(&start(), transport).await.into_io();
        assert!(reading.read(&mut [0; 8]).now_or_never().is_none());
        drop(reading);

        let mut in_part = open(&start(), transport).await.into_io();
        within(in_part.write_all(b"some bytes")).await.unwrap();
        within(in_part.read_exact(&mut [0; 4])).await.unwrap();
        drop(in_part);

        let mut writing = open(&start(), transport).await.into_io();
        assert!(writing.write_all(&[0; 8_000_000]).now_or_never().is_none());
        drop(writing);

        let mut flushing = open(&start(), transport).await.into_io();
        within(flushing.write_all(&[0; 100_000])).await.unwrap();
        assert!(flushing.get_ref().flush().now_or_never().is_none());
        drop(flushing);

        let mut closing = open(&start(), transport).await.into_io();
        assert!(closing.close().now_or_never().is_none());
        drop(closing);

        for at in [0, 60, 64] {
            let mut blobs = mixed_blobs(transport).await;
            within(blobs.read_exact(&mut vec![0; at])).await.unwrap();
            settle().await;
            // At last polled to where it waits for the bytes of one.
            let read = blobs.read(&mut [0; 8]).now_or_never();
            assert_eq!(read.is_none(), at == 64);
            drop(blobs);
        }

        for id in ids {
            assert_eq!(server_saw_it_end(&id).await["aborted"], false);
        }
        guard.check().await;
    }
}

/// Only by events can messages be dropped.
#[wasm_bindgen_test::wasm_bindgen_test]
async fn where_messages_are_missing_is_an_error_and_then_the_end() {
    let id = new_id();
    let address = url(&format!("/test/flood?count=50&size=100&then=close&id={id}"));
    let connection = Connection::builder(&address)
        .transport(Transport::EVENTS)
        .receive_budget(1000, Overflow::DropOldest)
        .connect();
    let mut stream = within(connection).await.unwrap().into_io();
    server_remembers(&id, |memory| memory["open"] == false).await;
    let mut bytes = Vec::new();
    let error = within(stream.read_to_end(&mut bytes)).await.unwrap_err();
    assert!(matches!(cause(&error), Error::Overflow { .. }), "{error:?}");
    assert_is_at_its_end(&mut stream).await;
}

async fn assert_is_at_its_end(stream: &mut ByteStream) {
    for _ in 0..3 {
        assert_eq!(within(stream.read(&mut [0; 8])).await.unwrap(), 0);
    }
}

/// The crate's error inside of one of the standard library's.
fn cause(error: &io::Error) -> &Error {
    error.get_ref().unwrap().downcast_ref().unwrap()
}

/// 200 messages of 64 bytes, each second one a Blob.
async fn mixed_blobs(transport: Transport) -> ByteStream {
    let connection =
        Connection::builder(&url("/test/flood?count=200&size=64&kind=mixed&then=close"))
            .binary_type(BinaryType::Blob)
            .transport(transport)
            .connect();
    within(connection).await.unwrap().into_io()
}

/// Counts what is copied out of the browser's arrays, which `Uint8Array.prototype.set` does.
struct Copied {
    counter: JsValue,
    original: JsValue,
}

impl Copied {
    fn count() -> Self {
        let counter = js_sys::Object::new().into();
        let original = js_sys::Reflect::get(&prototype(), &"set".into()).unwrap();
        let wrap = js_sys::Function::new_with_args(
            "original, counter",
            "counter.bytes = 0;
            return function (source, offset) {
                counter.bytes += source.length;
                return original.call(this, source, offset);
            }",
        );
        let wrapper = wrap.call2(&JsValue::NULL, &original, &counter).unwrap();
        js_sys::Reflect::set(&prototype(), &"set".into(), &wrapper).unwrap();
        Self { counter, original }
    }

    fn bytes(&self) -> usize {
        let bytes = js_sys::Reflect::get(&self.counter, &"bytes".into()).unwrap();
        bytes.as_f64().unwrap() as usize
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        js_sys::Reflect::set(&prototype(), &"set".into(), &self.original).unwrap();
    }
}

fn prototype() -> JsValue {
    let constructor = js_sys::Reflect::get(&js_sys::global(), &"Uint8Array".into()).unwrap();
    js_sys::Reflect::get(&constructor, &"prototype".into()).unwrap()
}
