//! Follows frame boundaries in a client's bytes as they pass by, <https://www.rfc-editor.org/rfc/rfc6455#section-5.2>.
//!
//! Once tungstenite has refused a message it reads no further, yet the client's Close frame is
//! still to come behind the rest of that message. Whoever knows where frames begin can find it.

use serde::Serialize;

/// What a client's Close frame said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PeerClose {
    code: Option<u16>,
    reason: String,
}

/// Finds the first Close frame in a stream of masked frames.
#[derive(Debug, Default)]
pub(crate) struct FrameTracker {
    state: State,
    close: Option<PeerClose>,
}

#[derive(Debug)]
enum State {
    Header {
        bytes: [u8; 14],
        filled: usize,
    },
    Payload {
        remaining: u64,
    },
    Close {
        mask: [u8; 4],
        payload: Vec<u8>,
        length: usize,
    },
    Done,
}

impl Default for State {
    fn default() -> Self {
        Self::Header {
            bytes: [0; 14],
            filled: 0,
        }
    }
}

const CLOSE: u8 = 0x8;
const LONGEST_CONTROL_PAYLOAD: u64 = 125;

impl FrameTracker {
    /// The client's Close frame, once it has passed.
    pub(crate) fn close(&self) -> Option<&PeerClose> {
        self.close.as_ref()
    }

    pub(crate) fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.state {
                State::Header {
                    bytes: header,
                    filled,
                } => {
                    let wanted = header_length(&header[..*filled]);
                    let taken = bytes.len().min(wanted - *filled);
                    let (now, later) = bytes.split_at(taken);
                    header[*filled..*filled + taken].copy_from_slice(now);
                    *filled += taken;
                    bytes = later;
                    let complete = *filled >= 2 && *filled == header_length(&header[..*filled]);
                    if complete {
                        let header = header[..*filled].to_vec();
                        self.begin(&header);
                    }
                }
                State::Payload { remaining } => {
                    let taken = bytes
                        .len()
                        .min(usize::try_from(*remaining).unwrap_or(usize::MAX));
                    bytes = &bytes[taken..];
                    *remaining -= taken as u64;
                    if *remaining == 0 {
                        self.state = State::default();
                    }
                }
                State::Close {
                    mask,
                    payload,
                    length,
                } => {
                    let taken = bytes.len().min(*length - payload.len());
                    let (now, later) = bytes.split_at(taken);
                    payload.extend_from_slice(now);
                    bytes = later;
                    if payload.len() == *length {
                        self.close = Some(parse_close(*mask, payload));
                        self.state = State::Done;
                    }
                }
                State::Done => return,
            }
        }
    }

    fn begin(&mut self, header: &[u8]) {
        let (length, mask) = match *header {
            [_, second, ref rest @ ..] => {
                let (length, mask) = rest.split_at(extended_length(second));
                let length = match length {
                    [] => u64::from(second & 0x7f),
                    bytes => bytes
                        .iter()
                        .fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
                };
                (length, mask.try_into().unwrap_or([0; 4]))
            }
            _ => return,
        };
        self.state = match (header[0] & 0x0f, length) {
            (CLOSE, 0) => {
                self.close = Some(parse_close(mask, &[]));
                State::Done
            }
            (CLOSE, 1..=LONGEST_CONTROL_PAYLOAD) => State::Close {
                mask,
                payload: Vec::new(),
                length: length as usize,
            },
            (_, 0) => State::default(),
            (_, remaining) => State::Payload { remaining },
        };
    }
}

/// How long a header is that begins with `bytes`, as far as they tell.
fn header_length(bytes: &[u8]) -> usize {
    match *bytes {
        [_, second, ..] => 2 + extended_length(second) + if second & 0x80 != 0 { 4 } else { 0 },
        _ => 2,
    }
}

fn extended_length(second: u8) -> usize {
    match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    }
}

fn parse_close(mask: [u8; 4], masked: &[u8]) -> PeerClose {
    let payload: Vec<u8> = masked
        .iter()
        .zip(mask.iter().cycle())
        .map(|(b, m)| b ^ m)
        .collect();
    match *payload {
        [high, low, ref reason @ ..] => PeerClose {
            code: Some(u16::from_be_bytes([high, low])),
            reason: String::from_utf8_lossy(reason).into_owned(),
        },
        _ => PeerClose {
            code: None,
            reason: String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
    use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame, FrameSocket};

    use super::*;

    fn masked(mut frame: Frame) -> Vec<u8> {
        frame.header_mut().mask = Some([1, 2, 3, 4]);
        let mut socket = FrameSocket::new(Cursor::new(Vec::new()));
        socket.send(frame).unwrap();
        socket.into_inner().0.into_inner()
    }

    fn binary(length: usize) -> Vec<u8> {
        // Payload bytes that would be Close frames if taken for headers.
        masked(Frame::message(
            vec![0x88; length],
            OpCode::Data(Data::Binary),
            true,
        ))
    }

    fn stream(close: Option<CloseFrame>) -> Vec<u8> {
        let mut bytes: Vec<u8> = [0, 1, 125, 126, 65_535, 65_536]
            .into_iter()
            .flat_map(binary)
            .collect();
        bytes.extend(masked(Frame::ping(vec![0x88; 7])));
        bytes.extend(masked(Frame::close(close)));
        bytes
    }

    #[test]
    fn a_close_frame_is_found_wherever_the_bytes_are_cut() {
        let bytes = stream(Some(CloseFrame {
            code: 3001.into(),
            reason: "bye".into(),
        }));
        for cut in [1, 2, 3, 5, 7, 1000, bytes.len()] {
            let mut tracker = FrameTracker::default();
            let (last, rest) = bytes.split_last().unwrap();
            rest.chunks(cut).for_each(|chunk| tracker.pass(chunk));
            assert_eq!(tracker.close(), None);
            tracker.pass(&[*last]);
            let close = tracker.close().unwrap();
            assert_eq!((close.code, close.reason.as_str()), (Some(3001), "bye"));
        }
    }

    #[test]
    fn a_close_frame_may_be_empty() {
        let mut tracker = FrameTracker::default();
        tracker.pass(&stream(None));
        assert_eq!(tracker.close().unwrap().code, None);
    }

    fn any_close() -> impl Strategy<Value = Option<PeerClose>> {
        prop::option::of((any::<u16>(), ".{0,30}")).prop_map(|close| {
            let (code, reason) = close.unzip();
            let reason = reason.unwrap_or_default();
            Some(PeerClose { code, reason })
        })
    }

    fn bytes_of(close: &PeerClose) -> Vec<u8> {
        masked(Frame::close(close.code.map(|code| CloseFrame {
            code: code.into(),
            reason: close.reason.as_str().into(),
        })))
    }

    /// What is found in bytes that come in pieces of these lengths, over and over.
    fn found(mut bytes: &[u8], cuts: &[usize]) -> Option<PeerClose> {
        let mut tracker = FrameTracker::default();
        for &cut in cuts.iter().cycle() {
            if bytes.is_empty() {
                break;
            }
            let (piece, rest) = bytes.split_at(cut.min(bytes.len()));
            tracker.pass(piece);
            bytes = rest;
        }
        tracker.close
    }

    fn any_cuts() -> impl Strategy<Value = Vec<usize>> {
        prop::collection::vec(prop_oneof![1..9_usize, 1..70_000_usize], 1..9)
    }

    proptest! {
        #[test]
        fn the_first_close_frame_counts(
            frames in prop::collection::vec(
                prop_oneof![
                    6 => (prop_oneof![0..130_usize, 65_530..65_540_usize], Just(None)),
                    1 => (Just(0), any_close()),
                ],
                0..6,
            ),
            cuts in any_cuts(),
        ) {
            let bytes = frames.iter().map(|(length, close)| {
                close.as_ref().map_or_else(|| binary(*length), bytes_of)
            });
            let bytes = bytes.collect::<Vec<_>>().concat();
            let first = frames.iter().find_map(|(_, close)| close.clone());
            prop_assert_eq!(found(&bytes, &cuts), first);
        }

        #[test]
        fn rubbish_is_the_same_however_it_is_cut(
            bytes in prop::collection::vec(
                prop_oneof![any::<u8>(), Just(0x88), 0x80..0x88_u8, 0..4_u8],
                0..300,
            ),
            cuts in any_cuts(),
        ) {
            prop_assert_eq!(found(&bytes, &cuts), found(&bytes, &[bytes.len().max(1)]));
        }
    }
}
