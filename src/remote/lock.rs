//! [`SpinLock`]: a lock that a window can take.

use std::{
    hint,
    sync::{Mutex, TryLockError},
};

/// A [`Mutex`] that is only ever tried.
///
/// A window must not block: there [`Mutex::lock`] throws "Atomics.wait cannot be called in this
/// context" if another thread holds the lock. So this spins, as the allocator of `std` does, and
/// is held only for a few pushes and pops.
#[derive(Default)]
pub(super) struct SpinLock<T>(Mutex<T>);

impl<T> SpinLock<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// `access` must not run code of the caller's: it must not clone, wake or drop a waker, nor
    /// drop a message.
    pub(super) fn with<R>(&self, access: impl FnOnce(&mut T) -> R) -> R {
        loop {
            match self.0.try_lock() {
                Ok(mut value) => return access(&mut value),
                Err(TryLockError::Poisoned(poisoned)) => return access(&mut poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => hint::spin_loop(),
            }
        }
    }
}
