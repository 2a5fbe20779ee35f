//! A gibibyte each way: memory stays flat, the page stays free, and every byte is right.

#![cfg(target_arch = "wasm32")]

use std::{cell::Cell, rc::Rc};

use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use sha2::{Digest, Sha256};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use wasm_websocket::{Connection, Error, Overflow, Transport};

#[path = "suite/support.rs"]
#[allow(dead_code)]
mod support;

use support::{each_transport, next, report_of, url};

wasm_bindgen_test_configure!(run_in_browser);

const MIB: usize = 1 << 20;
const GIB: usize = 1 << 30;

/// What this page has of WebAssembly's memory.
fn memory() -> usize {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    buffer.byte_length() as usize
}

each_transport! {
    async fn a_gibibyte_goes_up_to_a_server_that_reads_slowly(transport: Transport) {
        const CHUNK: usize = 256 << 10;
        const HIGH: usize = 2 * MIB;
        let path = format!("/test/sink?after={}&rate={}", GIB / CHUNK, 256 * MIB);
        let connection = Connection::builder(&url(&path))
            .transport(transport)
            .send_watermarks(HIGH as u64 / 2, HIGH as u64)
            .connect();
        let mut connection = connection.await.unwrap();

        let before = memory();
        let mut most_buffered = 0;
        let mut hash = Sha256::new();
        let ticks = Rc::new(Cell::new(0u32));
        let sending = async {
            for i in 0..(GIB / CHUNK) as u32 {
                let mut chunk = vec![i as u8; CHUNK];
                chunk[..4].copy_from_slice(&i.to_le_bytes());
                hash.update(&chunk);
                connection.send(chunk).await.unwrap();
                most_buffered = most_buffered.max(connection.buffered_amount());
            }
        };
        let ticking = async {
            loop {
                TimeoutFuture::new(0).await;
                ticks.set(ticks.get() + 1);
            }
        };
        futures::select_biased! {
            () = sending.boxed_local().fuse() => {},
            () = ticking.boxed_local().fuse() => unreachable!(),
        }
        let report = report_of(&next(&mut connection).await);

        assert_eq!(report["bytes"], GIB);
        assert_eq!(report["sha256"], format!("{:x}", hash.finalize()));
        assert!(most_buffered <= (HIGH + CHUNK) as u64, "{most_buffered} bytes were buffered");
        let grown = memory() - before;
        assert!(grown <= 8 * MIB, "memory grew by {grown} bytes");
        assert!(ticks.get() > 100, "the page could do something else {} times", ticks.get());
    }
}

/// Reads a flood of a gibibyte in messages of this size, and sleeps after each; the numbers of
/// those that came whole, how many were told to be missing, and whether the last thing was such
/// an error.
async fn read_slowly(
    size: usize,
    transport: Transport,
    overflow: Overflow,
) -> (Vec<u32>, u64, bool) {
    let path = format!("/test/flood?count={}&size={size}&then=close", GIB / size);
    let connection = Connection::builder(&url(&path))
        .transport(transport)
        .receive_budget(48 * MIB as u64, overflow)
        .connect();
    let mut connection = connection.await.unwrap();
    let before = memory();
    let mut buffer = vec![0; size];
    let (mut numbers, mut missing, mut failed) = (Vec::new(), 0, false);
    while let Some(item) = connection.next().await {
        failed = item.is_err();
        match item {
            Ok(message) => {
                let bytes = message.as_bytes().unwrap();
                assert_eq!(bytes.len(), size);
                assert_eq!(bytes.copy_to(&mut buffer), size);
                let number = u32::from_le_bytes(buffer[..4].try_into().unwrap());
                assert_eq!(buffer[4], number as u8);
                assert!(buffer[4..size - 1] == buffer[5..], "all alike");
                numbers.push(number);
            }
            Err(Error::Overflow { dropped }) => missing += dropped,
            Err(error) => panic!("{error}"),
        }
        TimeoutFuture::new(50).await;
    }
    let grown = memory() - before;
    assert!(grown <= 32 * MIB, "memory grew by {grown} bytes");
    (numbers, missing, failed)
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_gibibyte_comes_down_to_a_slow_reader_of_a_stream() {
    if !Transport::STREAM.is_supported() {
        let name = "a_gibibyte_comes_down_to_a_slow_reader_of_a_stream";
        return wasm_bindgen_test::console_log!("{name} skipped: no WebSocketStream here");
    }
    let (numbers, missing, _) = read_slowly(16 * MIB, Transport::STREAM, Overflow::Fail).await;
    assert_eq!(missing, 0);
    assert_eq!(numbers, (0..64).collect::<Vec<_>>());
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_gibibyte_for_a_slow_reader_of_events_is_bounded_by_dropping_the_oldest() {
    let (numbers, missing, failed) =
        read_slowly(MIB, Transport::EVENTS, Overflow::DropOldest).await;
    assert!(missing > 0 && !failed);
    assert_eq!(numbers.len() as u64 + missing, 1024);
    assert!(numbers.is_sorted());
    assert_eq!(numbers.last(), Some(&1023));
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_gibibyte_for_a_slow_reader_of_events_is_bounded_by_failing() {
    for overflow in [Overflow::Fail, Overflow::Close(4000.into())] {
        let (numbers, missing, failed) = read_slowly(MIB, Transport::EVENTS, overflow).await;
        assert!(missing > 0 && failed);
        assert_eq!(numbers, (0..numbers.len() as u32).collect::<Vec<_>>());
    }
}
