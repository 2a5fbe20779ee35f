//! Bytes without the borders of messages, by the traits of `tokio`.

use std::{io, pin::Pin};

use futures::{future, FutureExt, SinkExt, StreamExt};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio_util::{
    bytes::Bytes,
    codec::{Framed, LengthDelimitedCodec, LinesCodec},
};
use wasm_websocket::{ByteStream, Error, Transport};

use super::support::{each_transport, new_id, open, server_saw_it_end, within, UncaughtGuard};

each_transport! {
    async fn bytes_are_copied_both_ways_until_one_side_ends(transport: Transport) {
        let id = new_id();
        let bytes: Vec<u8> = (0..1_000_000u32).map(|i| (i.wrapping_mul(i) >> 5) as u8).collect();
        let mut socket = open(&format!("/echo?id={id}"), transport).await.into_io();
        let (mut near, mut far) = tokio::io::duplex(10_000);
        let use_it = async {
            let (mut reader, mut writer) = tokio::io::split(&mut near);
            let mut echo = vec![0; bytes.len()];
            let (written, read) =
                future::join(writer.write_all(&bytes), reader.read_exact(&mut echo)).await;
            written.unwrap();
            read.unwrap();
            writer.shutdown().await.unwrap();
            assert_eq!(reader.read(&mut [0; 8]).await.unwrap(), 0);
            echo
        };
        let copy = tokio::io::copy_bidirectional(&mut far, &mut socket);
        let (copied, echo) = within(future::join(copy, use_it)).await;
        assert_eq!(copied.unwrap(), (1_000_000, 1_000_000));
        assert_eq!(Sha256::digest(echo), Sha256::digest(&bytes));
        assert!(within(socket.get_ref().closed()).await.was_clean());
        assert_eq!(server_saw_it_end(&id).await["aborted"], false);
    }

    async fn copying_ends_with_the_error_of_a_connection_that_breaks(transport: Transport) {
        let mut socket = open("/test/abort?after=1", transport).await.into_io();
        let (mut near, mut far) = tokio::io::duplex(100);
        near.write_all(b"now").await.unwrap();
        let copied = within(tokio::io::copy_bidirectional(&mut far, &mut socket)).await;
        assert_eq!(copied.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }

    async fn frames_of_a_codec_pass_whatever_the_messages_are(transport: Transport) {
        let connection = open("/echo", transport).await;
        // A frame of two bytes, in three messages with empty ones between them.
        for part in [&[0, 0][..], &[], &[0, 2, b'h'], &[], &[], b"i"] {
            connection.send(part).await.unwrap();
        }
        let mut frames = Framed::new(connection.into_io(), LengthDelimitedCodec::new());
        assert_eq!(within(frames.next()).await.unwrap().unwrap(), "hi");

        const LENGTHS: [usize; 6] = [0, 1, 70_000, 0, 500_000, 3];
        for len in LENGTHS {
            within(frames.send(Bytes::from(vec![len as u8; len]))).await.unwrap();
            frames.get_ref().get_ref().send(vec![]).await.unwrap();
        }
        for len in LENGTHS {
            assert_eq!(within(frames.next()).await.unwrap().unwrap(), vec![len as u8; len]);
        }
        within(SinkExt::<Bytes>::close(&mut frames)).await.unwrap();
        assert!(within(frames.next()).await.is_none());
    }

    async fn lines_of_texts_are_read_until_the_end(transport: Transport) {
        let path = "/test/greet?text=first%0Asecond";
        let mut lines = Framed::new(open(path, transport).await.into_io(), LinesCodec::new());
        assert_eq!(within(lines.next()).await.unwrap().unwrap(), "first");
        within(lines.send(" and last")).await.unwrap();
        assert_eq!(within(lines.next()).await.unwrap().unwrap(), "second and last");
        within(SinkExt::<&str>::close(&mut lines)).await.unwrap();
        assert!(within(lines.next()).await.is_none());
    }

    async fn a_read_fills_what_is_free_of_a_buffer_and_no_more(transport: Transport) {
        let mut stream = open("/test/greet?text=hello", transport).await.into_io();
        let mut memory = [0; 6];
        let mut buffer = ReadBuf::new(&mut memory);
        buffer.put_slice(b"<<<");
        within(poll_read(&mut stream, &mut buffer)).await.unwrap();
        assert_eq!(buffer.filled(), b"<<<hel");
        within(poll_read(&mut stream, &mut buffer)).await.unwrap();
        buffer.clear();
        within(poll_read(&mut stream, &mut buffer)).await.unwrap();
        assert_eq!(buffer.filled(), b"lo");
        within(stream.shutdown()).await.unwrap();
        buffer.clear();
        within(poll_read(&mut stream, &mut buffer)).await.unwrap();
        assert_eq!(buffer.filled(), b"");
    }

    async fn a_read_initializes_no_more_than_it_fills(transport: Transport) {
        let mut stream = open("/test/greet?text=hello", transport).await.into_io();
        let mut memory = [std::mem::MaybeUninit::uninit(); 10_000];
        let mut buffer = ReadBuf::uninit(&mut memory);
        within(poll_read(&mut stream, &mut buffer)).await.unwrap();
        assert_eq!((buffer.filled(), buffer.initialized().len()), (&b"hello"[..], 5));
    }

    async fn an_unclean_close_is_told_once(transport: Transport) {
        let mut stream = open("/test/abort?after=1", transport).await.into_io();
        within(stream.write_all(b"now")).await.unwrap();
        let error = within(stream.read(&mut [0; 8])).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
        let cause = error.get_ref().unwrap().downcast_ref();
        assert!(matches!(cause, Some(Error::Closed(event)) if event.code() == 1006));
        for _ in 0..3 {
            assert_eq!(within(stream.read(&mut [0; 8])).await.unwrap(), 0);
        }
    }

    async fn halves_dropped_while_they_wait_throw_nothing(transport: Transport) {
        let guard = UncaughtGuard::new();
        let id = new_id();
        let stream = open(&format!("/echo?id={id}"), transport).await.into_io();
        let (mut reader, mut writer) = tokio::io::split(stream);
        assert!(reader.read(&mut [0; 8]).now_or_never().is_none());
        assert!(writer.write_all(&[0; 8_000_000]).now_or_never().is_none());
        drop(reader);
        assert!(writer.shutdown().now_or_never().is_none());
        drop(writer);
        server_saw_it_end(&id).await;
        guard.check().await;
    }
}

async fn poll_read(stream: &mut ByteStream, buffer: &mut ReadBuf<'_>) -> io::Result<()> {
    future::poll_fn(|cx| tokio::io::AsyncRead::poll_read(Pin::new(&mut *stream), cx, buffer)).await
}
