//! [`Driver`]: the task that connects, and connects again
//! ([establishing a connection](https://websockets.spec.whatwg.org/#websocket-protocol)).

use std::{
    future::{poll_fn, Future},
    pin::pin,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use futures::future::{self, Either};

use super::{
    builder::Address,
    clock::{self, Sleep},
    event::{Cause, Retry, State},
    lifecycle::{self, Lifecycle},
    policy::Failures,
    service::serve,
    shared::Shared,
};
use crate::{CloseEvent, Connection, Error};

/// After the browser is online again, the network needs a moment.
const ONLINE_DELAY: Duration = Duration::from_millis(500);

/// What fails at once isn't tried again in the same turn of the page.
const SHORTEST_DELAY: Duration = Duration::from_millis(1);

/// Runs until the socket is closed or given up, or nobody holds it any more.
pub(super) async fn drive(shared: Rc<Shared>) {
    let _ending = Ending(&shared);
    let _lifecycle = Lifecycle::new(&shared);
    let driver = Driver { shared: &shared };
    driver.run().await;
}

/// Ends it all, also if a function of the caller's panics.
struct Ending<'a>(&'a Shared);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Why something was left off.
pub(super) enum Stop {
    /// There is to be nothing more; the connection ended with this, if that was waited for.
    Close(Option<CloseEvent>),
    /// There is to be another connection.
    Again(Cause),
}

struct Driver<'a> {
    shared: &'a Shared,
}

impl Driver<'_> {
    async fn run(&self) {
        let mut failures = Failures::default();
        let mut delay = Duration::ZERO;
        loop {
            match self.rest(delay).await {
                Rested::Over => return,
                Rested::Asked => failures.forget(),
                Rested::Slept => {}
            }
            let attempt = failures.attempt();
            self.shared.set_state(State::Connecting { attempt });
            let mut uptime = None;
            let stop = match self.connect().await {
                Err(stop) => stop,
                Ok(connection) => {
                    let opened = clock::now();
                    let stop = serve(self.shared, connection).await;
                    uptime = Some(clock::since(opened));
                    stop
                }
            };
            let cause = match stop {
                Stop::Again(cause) => cause,
                Stop::Close(event) => return self.shared.note_close_event(event),
            };
            let Some(next) = self.judge(&cause, uptime, &mut failures) else {
                if let Cause::Closed(event) = &cause {
                    self.shared.note_close_event(Some(event.clone()));
                }
                return self.shared.give_up(cause);
            };
            let retry_in = (!self.is_away()).then_some(next);
            self.shared.unread.push_down(cause, retry_in);
            delay = next;
        }
    }

    /// The delay until the next attempt; `None` if there is to be none.
    fn judge(
        &self,
        cause: &Cause,
        uptime: Option<Duration>,
        failures: &mut Failures,
    ) -> Option<Duration> {
        let config = &self.shared.config;
        let orders = &self.shared.orders;
        let retry = match cause {
            Cause::Requested | Cause::PageHidden | Cause::Slept => {
                failures.forget();
                return Some(Duration::ZERO);
            }
            // Nor will it be there later.
            Cause::Failed(Error::Unsupported(_)) => return None,
            cause => match orders.hint.take() {
                Some(hint) => hint,
                None => (config.retry)(cause),
            },
        };
        if lifecycle::is_offline() {
            orders.offline.set(true);
        }
        let delay = failures.next_delay(&config.policy, uptime, js_sys::Math::random())?;
        match retry {
            Retry::Backoff => Some(delay.max(SHORTEST_DELAY)),
            Retry::After(hinted) => Some(hinted.max(SHORTEST_DELAY)),
            Retry::Never => None,
        }
    }

    /// Waits for so long, and for the network, the page and the reader to be there.
    async fn rest(&self, mut delay: Duration) -> Rested {
        let orders = &self.shared.orders;
        let disturbed = || self.is_over() || orders.retry.get();
        loop {
            if self.is_over() {
                return Rested::Over;
            }
            if orders.retry.take() {
                orders.offline.set(false);
                return Rested::Asked;
            }
            if orders.hidden.get() {
                self.shared.set_state(State::Offline);
                self.until(|| !orders.hidden.get() || disturbed()).await;
                delay = Duration::ZERO;
            } else if orders.offline.get() {
                self.shared.set_state(State::Offline);
                let online =
                    self.until(|| !orders.offline.get() || orders.hidden.get() || disturbed());
                // A browser may be wrong about that, and about a server on this machine it is.
                let longest = self.shared.config.policy.longest_delay(u32::MAX);
                let limit = Sleep::idly(longest.max(ONLINE_DELAY));
                match future::select(pin!(online), pin!(limit)).await {
                    Either::Left(_) => delay = ONLINE_DELAY,
                    Either::Right(_) => return Rested::Slept,
                }
            } else if !delay.is_zero() {
                let until = clock::now() + clock::millis(delay);
                self.shared.set_state(State::Waiting { until });
                let changed = self.until(|| self.is_away() || disturbed());
                let slept = Sleep::until(until);
                if let Either::Left(_) = future::select(pin!(slept), pin!(changed)).await {
                    delay = Duration::ZERO;
                }
            } else if !self.shared.unread.has_room() {
                self.until(|| self.shared.unread.has_room() || self.is_away() || disturbed())
                    .await;
            } else {
                return Rested::Slept;
            }
        }
    }

    /// Waits until the condition holds.
    async fn until(&self, condition: impl Fn() -> bool) {
        poll_fn(|cx| {
            self.shared.driver.register(cx);
            match condition() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }

    fn is_over(&self) -> bool {
        self.shared.orders.abandon.get() || self.shared.orders.close.get().is_some()
    }

    fn is_away(&self) -> bool {
        self.shared.orders.hidden.get() || self.shared.orders.offline.get()
    }

    async fn connect(&self) -> Result<Connection, Stop> {
        // It is being done.
        self.shared.orders.retry.set(false);
        let config = &self.shared.config;
        let connecting = async {
            let builder = match &config.address {
                Address::Fixed(builder) => (**builder).clone(),
                Address::Asked(ask) => ask().await.map_err(|e| Cause::NoAddress(e.into()))?,
            };
            self.shared
                .prepare(builder)
                .connect()
                .await
                .map_err(Cause::from)
        };
        let orders = &self.shared.orders;
        let stopped = self.until(|| orders.hidden.get() || self.is_over());
        let timeout = Sleep::of(config.connect_timeout);
        let (mut connecting, mut stopped, mut timeout) =
            (pin!(connecting), pin!(stopped), pin!(timeout));
        poll_fn(|cx| {
            if stopped.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(match self.is_over() {
                    true => Stop::Close(None),
                    false => Stop::Again(Cause::PageHidden),
                }));
            }
            if let Poll::Ready(result) = connecting.as_mut().poll(cx) {
                return Poll::Ready(result.map_err(Stop::Again));
            }
            let timeout = timeout.as_mut().poll(cx);
            timeout.map(|()| Err(Stop::Again(Cause::ConnectTimeout)))
        })
        .await
    }
}

/// How a rest ended.
enum Rested {
    /// There is nothing more to be done.
    Over,
    /// Somebody asked for an attempt now.
    Asked,
    Slept,
}
