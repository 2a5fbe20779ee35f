//! [`RemoteConnection`]: a connection whose handles are [`Send`], with real threads too
//! ([agents](https://tc39.es/ecma262/#sec-agents), to one of which each socket belongs).
//!
//! The handles and two [tasks] on the socket's thread meet in [`shared`] memory, where nothing
//! blocks: a window may not.

mod connection;
mod lock;
mod outgoing;
mod owned;
mod pending;
mod receiver;
mod sender;
mod shared;
mod tasks;

pub use self::{
    connection::{RemoteConnection, RemoteOpening},
    owned::OwnedMessage,
    pending::{RemoteClosed, RemoteClosing, RemoteFlush},
    receiver::RemoteReceiver,
    sender::RemoteSender,
};

use std::sync::Arc;

use self::shared::Shared;
use crate::{
    close::{self, Close},
    CloseCode, Error,
};

/// How many messages may be on their way between the threads, in each direction.
const CAPACITY: usize = 16;

/// Keeps a connection open: the last of its owners closes it.
struct Handle(Arc<Shared>);

impl Handle {
    fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        close::check(code, reason)?;
        self.0.close(Close::With(code, reason.to_owned()));
        Ok(())
    }

    fn closed(&self) -> RemoteClosed {
        RemoteClosed::new(Arc::clone(&self.0))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close(Close::Dropped);
    }
}
