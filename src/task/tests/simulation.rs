//! Senders that wait for room, as those of a connection do, in an executor that polls whom it likes.

use std::{cell::Cell, future::Future, pin::Pin, rc::Rc, task::Poll};

use proptest::{prelude::*, sample::Index};

use super::*;

/// Room for some, and a queue of those who wait for it, as a connection has them.
#[derive(Default)]
struct Room {
    free: Cell<usize>,
    waiters: Waiters,
}

impl Room {
    fn give_back(&self) {
        self.free.set(self.free.get() + 1);
        self.waiters.wake_first();
    }

    /// What a connection does a turn later, and again until nobody waits or there is no room.
    fn turn(&self) -> bool {
        let goes_on = self.free.get() > 0 && !self.waiters.is_empty();
        if goes_on {
            self.waiters.wake_next();
        }
        goes_on
    }
}

/// A future that takes one place, as `send` does.
struct Take {
    room: Rc<Room>,
    ticket: Option<Ticket>,
}

impl Future for Take {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let free = this.room.free.get();
        if free > 0 && this.room.waiters.is_first(this.ticket) {
            this.room.free.set(free - 1);
            this.room.waiters.leave(&mut this.ticket);
            return Poll::Ready(());
        }
        this.room.waiters.enter(&mut this.ticket, cx);
        Poll::Pending
    }
}

impl Drop for Take {
    fn drop(&mut self) {
        self.room.waiters.leave(&mut self.ticket);
    }
}

/// A task of the simulation.
struct Sender {
    take: Take,
    task: Arc<Task>,
    /// How often it was woken by the time that it was last polled.
    seen: usize,
    polls: usize,
    /// Dropped after so many polls.
    cancelled_after: usize,
    /// Not polled for now, as a `Sink` that was left after `poll_ready`.
    is_idle: bool,
    /// It was idle once, so that others may have passed it.
    was_idle: bool,
    number: usize,
}

#[derive(Clone, Debug)]
enum Act {
    /// A new sender, dropped after so many polls.
    Send(usize),
    GiveBack,
    /// A poll that nobody asked for, as in `join_all`, by another waker.
    Poll(Index),
    Cancel(Index),
    Idle(Index),
    Busy(Index),
    /// Polls those who were woken.
    Run,
    Turn,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => prop_oneof![3 => Just(usize::MAX), 1 => 1..5usize].prop_map(Act::Send),
        5 => Just(Act::GiveBack),
        3 => any::<Index>().prop_map(Act::Poll),
        2 => any::<Index>().prop_map(Act::Cancel),
        1 => any::<Index>().prop_map(Act::Idle),
        1 => any::<Index>().prop_map(Act::Busy),
        3 => Just(Act::Run),
        2 => Just(Act::Turn),
    ]
}

struct Simulation {
    room: Rc<Room>,
    senders: Vec<Sender>,
    started: usize,
    done: usize,
    all: Vec<Arc<Task>>,
}

impl Simulation {
    fn send(&mut self, cancelled_after: usize) -> Result<(), TestCaseError> {
        let task = Arc::<Task>::default();
        self.all.push(Arc::clone(&task));
        self.senders.push(Sender {
            take: Take {
                room: Rc::clone(&self.room),
                ticket: None,
            },
            task,
            seen: 0,
            polls: 0,
            cancelled_after,
            is_idle: false,
            was_idle: false,
            number: self.started,
        });
        self.started += 1;
        self.poll(self.senders.len() - 1)
    }

    /// Polls one, which may be done by that, or is cancelled after it.
    fn poll(&mut self, index: usize) -> Result<(), TestCaseError> {
        let sender = &mut self.senders[index];
        sender.is_idle = false;
        sender.seen = sender.task.woken();
        sender.polls += 1;
        let waker = sender.task.waker();
        let polled = Pin::new(&mut sender.take).poll(&mut Context::from_waker(&waker));
        if polled.is_ready() {
            let done = self.senders.remove(index);
            self.done += 1;
            for other in &self.senders[..index] {
                prop_assert!(
                    other.was_idle,
                    "{} went before {}",
                    done.number,
                    other.number
                );
            }
        } else if sender.polls >= sender.cancelled_after {
            self.senders.remove(index);
        }
        Ok(())
    }

    /// Polls all who were woken, in the order of their waking, as an executor does.
    fn run(&mut self) -> Result<(), TestCaseError> {
        let is_due = |sender: &Sender| !sender.is_idle && sender.task.woken() > sender.seen;
        while let Some(index) = self.senders.iter().position(is_due) {
            self.poll(index)?;
        }
        Ok(())
    }

    fn pick(&self, index: &Index) -> Option<usize> {
        (!self.senders.is_empty()).then(|| index.index(self.senders.len()))
    }

    fn act(&mut self, act: &Act) -> Result<(), TestCaseError> {
        match act {
            Act::Send(cancelled_after) => self.send(*cancelled_after)?,
            Act::GiveBack => self.room.give_back(),
            Act::Poll(index) => {
                if let Some(index) = self.pick(index) {
                    self.poll(index)?;
                }
            }
            Act::Cancel(index) => {
                if let Some(index) = self.pick(index) {
                    self.senders.remove(index);
                }
            }
            Act::Idle(index) => {
                if let Some(index) = self.pick(index) {
                    self.senders[index].is_idle = true;
                    self.senders[index].was_idle = true;
                }
            }
            Act::Busy(index) => {
                if let Some(index) = self.pick(index) {
                    self.senders[index].is_idle = false;
                }
            }
            Act::Run => self.run()?,
            // A turn of the event loop comes after all tasks that are due.
            Act::Turn => {
                self.run()?;
                self.room.turn();
            }
        }
        Ok(())
    }

    /// Lets everything happen that can happen without more room.
    fn settle(&mut self) -> Result<(), TestCaseError> {
        for _ in 0..=3 * self.senders.len() + 3 {
            self.run()?;
            if !self.room.turn() {
                break;
            }
        }
        self.run()
    }
}

proptest! {
    #[test]
    fn room_goes_to_those_who_came_first_and_is_never_lost(
        acts in prop::collection::vec(act(), 0..150),
        free in 0..3usize,
    ) {
        let mut simulation = Simulation {
            room: Rc::default(),
            senders: Vec::new(),
            started: 0,
            done: 0,
            all: Vec::new(),
        };
        simulation.room.free.set(free);
        let mut given = free;
        for act in &acts {
            given += usize::from(matches!(act, Act::GiveBack));
            simulation.act(act)?;
            prop_assert_eq!(simulation.done + simulation.room.free.get(), given);
        }
        simulation.settle()?;
        if simulation.room.free.get() > 0 {
            let waiting = simulation.senders.iter().filter(|sender| !sender.is_idle);
            prop_assert_eq!(waiting.count(), 0, "there is room");
        }
        // All who are left go too, each by the room of one.
        for sender in &mut simulation.senders {
            sender.is_idle = false;
        }
        for _ in 0..simulation.senders.len() {
            simulation.room.give_back();
            simulation.settle()?;
        }
        prop_assert_eq!(simulation.senders.len(), 0);
        prop_assert!(simulation.room.waiters.is_empty());
        for task in &simulation.all {
            prop_assert!(!task.has_wakers());
        }
    }
}
