//! Addresses whose sockets end in one way or another.

use super::support::tell;

/// Nobody listens there. One for each attempt, since Firefox delays those that follow at an address
/// that refused.
pub(super) fn refusing(i: usize) -> String {
    format!("ws://127.1.{}.{}:47/", i / 250 % 250, i % 250 + 1)
}

/// Several doors to a route of the server, since Firefox delays attempts at an address where a
/// connection broke, too.
pub(super) struct Doors(Vec<String>);

impl Doors {
    const COUNT: usize = 12;

    pub(super) async fn to(path: &str) -> Self {
        let mut doors = Vec::with_capacity(Self::COUNT);
        for _ in 0..Self::COUNT {
            let outlet = tell("/test/outlet?unused=30000").await;
            doors.push(format!("ws://127.0.0.1:{}{path}", outlet["port"]));
        }
        Self(doors)
    }

    pub(super) fn at(&self, i: usize) -> &str {
        &self.0[i % Self::COUNT]
    }
}
