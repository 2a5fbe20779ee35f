//! What candidates send, placed so that all of them copy it equally fast.
//!
//! Wasm's allocator puts a block of 4 KiB and the next one 4 KiB and 8 bytes apart. On some CPUs
//! `memory.copy` is up to 28 times slower where the destination lies 8 bytes behind the source,
//! modulo 4 KiB; elsewhere it is not. Without this, chance would say which candidate that meets.

const APART: usize = 64;

pub fn placed_text(mut text: String) -> String {
    text.reserve_exact(APART);
    text
}

pub fn placed_bytes(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.reserve_exact(APART);
    bytes
}
