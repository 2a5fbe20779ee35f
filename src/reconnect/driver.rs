//! [`Driver`]: the task that connects, carries what is sent and what arrives, and connects again
//! ([establishing a connection](https://websockets.spec.whatwg.org/#websocket-protocol)).

use std::{
    future::{poll_fn, Future},
    pin::{pin, Pin},
    rc::Rc,
    task::{ready, Context, Poll},
    time::Duration,
};

use futures::{future, task::noop_waker_ref, Stream};

use super::{
    builder::Address,
    clock::{self, Sleep},
    event::{Cause, Event, Retry, State},
    heartbeat::{Beat, Heartbeat, Pulse},
    lifecycle::Lifecycle,
    policy::Failures,
    shared::Shared,
};
use crate::{CloseEvent, Closed, Connection, Error, Message, Receiver, Sender};

/// After the browser is online again, the network needs a moment.
const ONLINE_DELAY: Duration = Duration::from_millis(500);

/// Runs until the socket is closed or given up, or nobody holds it any more.
pub(super) async fn drive(shared: Rc<Shared>) {
    let lifecycle = Lifecycle::new(&shared);
    let driver = Driver { shared: &shared };
    driver.run().await;
    drop(lifecycle);
    shared.give_up_sending();
    shared.end();
}

/// Why something was left off.
enum Stop {
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
        while self.rest(delay).await {
            let attempt = failures.attempt();
            self.shared.set_state(State::Connecting { attempt });
            let mut uptime = None;
            let stop = match self.connect().await {
                Err(stop) => stop,
                Ok(connection) => {
                    let opened = clock::now();
                    let stop = self.serve(connection).await;
                    uptime = Some(since(opened));
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
                self.shared.give_up_sending();
                return self.shared.push(Event::GaveUp { cause });
            };
            let retry_in = (!self.is_away()).then_some(next);
            self.shared.push(Event::Down { cause, retry_in });
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
        let retry = match (cause, self.shared.orders.hint.take()) {
            (Cause::Requested | Cause::PageHidden, _) => {
                failures.forget();
                return Some(Duration::ZERO);
            }
            (_, Some(hint)) => hint,
            (Cause::Closed(event), None) => (self.shared.config.retry)(event),
            // What the browser refuses it will refuse again.
            (Cause::Failed(error), None) if is_permanent(error) => Retry::Never,
            (_, None) => Retry::Backoff,
        };
        let delay = failures.next_delay(&self.shared.config.policy, uptime, js_sys::Math::random());
        match retry {
            Retry::Backoff => delay,
            Retry::After(hinted) => delay.map(|_| hinted),
            Retry::Never => None,
        }
    }

    /// Waits for so long, and for the network and the page to be there. False if there is nothing
    /// more to be done.
    async fn rest(&self, mut delay: Duration) -> bool {
        let orders = &self.shared.orders;
        loop {
            if self.is_over() {
                return false;
            }
            if orders.retry.take() {
                orders.offline.set(false);
                return true;
            }
            if self.is_away() {
                let offline = orders.offline.get();
                self.shared.set_state(State::Offline);
                self.until(|| !self.is_away() || orders.retry.get()).await;
                delay = if offline {
                    ONLINE_DELAY
                } else {
                    Duration::ZERO
                };
            } else if delay.is_zero() {
                return true;
            } else {
                let until = clock::now() + clock::millis(delay);
                self.shared.set_state(State::Waiting { until });
                let slept = pin!(Sleep::until(until));
                let disturbed = self.until(|| self.is_away() || orders.retry.get());
                if let future::Either::Left(_) = future::select(slept, pin!(disturbed)).await {
                    delay = Duration::ZERO;
                }
            }
        }
    }

    /// Waits until the condition holds, or there is nothing more to be done.
    async fn until(&self, condition: impl Fn() -> bool) {
        poll_fn(|cx| {
            self.shared.driver.register(cx);
            if condition() || self.is_over() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    fn is_over(&self) -> bool {
        self.shared.orders.abandon.get() || self.shared.orders.close.borrow().is_some()
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
            builder.connect().await.map_err(Cause::from)
        };
        let stopped = self.until(|| self.shared.orders.hidden.get());
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
            ready!(timeout.as_mut().poll(cx));
            Poll::Ready(Err(Stop::Again(Cause::ConnectTimeout)))
        })
        .await
    }

    /// Carries messages both ways until the connection is no more, or should be no more.
    async fn serve(&self, connection: Connection) -> Stop {
        let closed = connection.closed();
        let (sender, receiver) = connection.split();
        let heartbeat = self.shared.config.heartbeat.as_ref();
        let mut service = Service {
            shared: self.shared,
            closed,
            receiver,
            watch: heartbeat.map(Watch::new),
            close_event: None,
            is_closing: false,
            sender,
        };
        self.shared.push(Event::Opened);
        if let Some(greeting) = &self.shared.config.greeting {
            say(&service.sender, greeting());
        }
        self.shared.sender.replace(Some(service.sender.clone()));
        self.shared.set_state(State::Open);
        let stop = poll_fn(|cx| service.poll(cx)).await;
        let sender = self.shared.sender.take();
        drop(sender);
        stop
    }
}

/// One connection, while it is open.
struct Service<'a> {
    shared: &'a Shared,
    closed: Closed,
    receiver: Receiver,
    watch: Option<Watch<'a>>,
    close_event: Option<CloseEvent>,
    is_closing: bool,
    sender: Sender,
}

impl Service<'_> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Stop> {
        self.shared.driver.register(cx);
        let orders = &self.shared.orders;
        if orders.abandon.get() {
            return Poll::Ready(Stop::Close(None));
        }
        if orders.hidden.get() {
            return Poll::Ready(self.supersede(Cause::PageHidden));
        }
        if orders.retry.take() {
            return Poll::Ready(self.supersede(Cause::Requested));
        }
        if !self.is_closing {
            self.shared.pump(&self.sender, cx);
            if orders.close.borrow().is_some() {
                self.close();
            }
        }
        let end = self.receive(cx);
        if let Poll::Ready(cause) = end {
            return Poll::Ready(match self.is_closing {
                true => Stop::Close(self.close_event.take()),
                false => Stop::Again(cause),
            });
        }
        self.listen(cx)
            .map(|()| self.supersede(Cause::HeartbeatTimeout))
    }

    /// Starts the closing handshake, whose end is waited for.
    fn close(&mut self) {
        self.is_closing = true;
        self.shared.give_up_sending();
        match &*self.shared.orders.close.borrow() {
            // It was checked when it was ordered.
            Some(Some((code, reason))) => drop(self.sender.close_with(*code, reason)),
            _ => self.sender.start_close(),
        }
    }

    /// What has arrived is delivered; what comes later isn't.
    fn supersede(&mut self, cause: Cause) -> Stop {
        let mut cx = Context::from_waker(noop_waker_ref());
        let _ = self.take_messages(&mut cx, |_| true);
        match self.is_closing {
            true => Stop::Close(None),
            false => Stop::Again(cause),
        }
    }

    /// Takes messages while there is room for them, and all there are once the connection is no
    /// more.
    fn receive(&mut self, cx: &mut Context<'_>) -> Poll<Cause> {
        if self.close_event.is_none() {
            if let Poll::Ready(event) = Pin::new(&mut self.closed).poll(cx) {
                self.close_event = Some(event);
            }
        }
        let is_over = self.close_event.is_some();
        ready!(self.take_messages(cx, |shared| is_over || shared.has_room()));
        match &self.close_event {
            Some(event) => Poll::Ready(Cause::Closed(event.clone())),
            None => Poll::Pending,
        }
    }

    /// Ready at the end of the stream.
    fn take_messages(
        &mut self,
        cx: &mut Context<'_>,
        has_room: impl Fn(&Shared) -> bool,
    ) -> Poll<()> {
        while has_room(self.shared) {
            match ready!(Pin::new(&mut self.receiver).poll_next(cx)) {
                Some(Ok(message)) => {
                    let for_reader = match &mut self.watch {
                        Some(watch) => watch.sees(&message),
                        None => true,
                    };
                    if for_reader {
                        self.shared.push(Event::Message(message));
                    }
                }
                Some(Err(Error::Overflow { dropped })) => {
                    self.shared.push(Event::Overflow { dropped });
                }
                // The close event tells.
                Some(Err(_)) => {}
                None => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    /// Ready when the server was silent for too long.
    fn listen(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(watch) = &mut self.watch else {
            return Poll::Pending;
        };
        if self.shared.orders.doubt.take() {
            watch.pulse.doubt();
        }
        if self.is_closing || !self.shared.has_room() {
            // What isn't read may be the sign of life.
            watch.pulse.sign(clock::now());
            return Poll::Pending;
        }
        loop {
            match watch.pulse.beat(clock::now()) {
                Beat::Dead => return Poll::Ready(()),
                Beat::Ask => say(&self.sender, (watch.heartbeat.question)()),
                Beat::Rest(until) => ready!(watch.poll_rest(until, cx)),
            }
        }
    }
}

/// Says something ahead of others. Where that fails, the end of the connection follows.
fn say(sender: &Sender, message: Message) {
    let _ = sender.try_send(message, &mut Context::from_waker(noop_waker_ref()));
}

/// The heartbeat of one connection.
struct Watch<'a> {
    heartbeat: &'a Heartbeat,
    pulse: Pulse,
    sleep: Option<Sleep>,
}

impl<'a> Watch<'a> {
    fn new(heartbeat: &'a Heartbeat) -> Self {
        Self {
            heartbeat,
            pulse: heartbeat.start(clock::now()),
            sleep: None,
        }
    }

    /// Whether the reader is to have this message.
    fn sees(&mut self, message: &Message) -> bool {
        self.pulse.sign(clock::now());
        !(self.heartbeat.is_answer)(message)
    }

    /// Ready at that moment, or before: each message puts it off, and the timer stays.
    fn poll_rest(&mut self, until: f64, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = match self.sleep.take().filter(|sleep| sleep.end() <= until) {
            Some(sleep) => self.sleep.insert(sleep),
            None => self.sleep.insert(Sleep::until(until)),
        };
        ready!(Pin::new(sleep).poll(cx));
        self.sleep = None;
        Poll::Ready(())
    }
}

fn since(moment: f64) -> Duration {
    let seconds = (clock::now() - moment).max(0.0) / 1e3;
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

fn is_permanent(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidUrl(_)
            | Error::Security(_)
            | Error::InvalidProtocol(_)
            | Error::DuplicateProtocol(_)
            | Error::InvalidCloseCode(_)
            | Error::Unsupported(_)
    )
}
