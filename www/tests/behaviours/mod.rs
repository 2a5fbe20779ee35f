//! What a person does, by what it is about.

pub(crate) mod access;
pub(crate) mod connection;
pub(crate) mod exchange;
pub(crate) mod flipbook;
pub(crate) mod recovery;
pub(crate) mod room;
pub(crate) mod secure;
pub(crate) mod traffic;
