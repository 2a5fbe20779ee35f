//! [`Buffer`]: memory into which the browser's bytes are copied, one message after the other.

use crate::Bytes;

/// So much is kept from message to message. What a longer one took is given back when the next
/// one doesn't need it.
const KEPT: usize = 1 << 20;

/// The content is that of the last message, or older.
#[derive(Debug, Default)]
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    /// These bytes in Rust's memory: where they lie if they do already, else copied here.
    pub(super) fn read<'a>(&'a mut self, bytes: &'a Bytes) -> &'a [u8] {
        if let Some(bytes) = bytes.as_slice() {
            return bytes;
        }
        let room = self.room(bytes.len());
        let copied = bytes.copy_to(room);
        &room[..copied]
    }

    fn room(&mut self, len: usize) -> &mut [u8] {
        if len <= KEPT && self.0.capacity() > KEPT {
            self.0 = Vec::new();
        }
        if self.0.len() < len {
            // What was there needn't be moved.
            self.0.clear();
            self.0.resize(len, 0);
        }
        &mut self.0[..len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_share_their_memory() {
        let mut buffer = Buffer::default();
        let address = buffer.room(1000).as_ptr();
        for len in [1000, 0, 1, 999, 1000] {
            let room = buffer.room(len);
            assert_eq!((room.as_ptr(), room.len()), (address, len));
        }
        assert!(buffer.0.capacity() < 2000);
    }

    #[test]
    fn a_long_message_leaves_no_memory_behind() {
        let mut buffer = Buffer::default();
        let address = buffer.room(KEPT * 4).as_ptr();
        assert_eq!(buffer.room(KEPT + 1).as_ptr(), address);
        assert_eq!(buffer.room(10).len(), 10);
        assert!(buffer.0.capacity() <= KEPT);
        assert_eq!(buffer.room(KEPT).len(), KEPT);
        let address = buffer.room(KEPT).as_ptr();
        assert_eq!(buffer.room(10).as_ptr(), address);
    }

    #[test]
    fn bytes_of_rust_are_read_where_they_lie() {
        let vec = vec![1, 2, 3];
        let address = vec.as_ptr();
        let mut buffer = Buffer::default();
        let bytes = Bytes::from(vec);
        assert_eq!(buffer.read(&bytes).as_ptr(), address);
        assert_eq!(buffer.0.capacity(), 0);
    }
}
