//! Where tasks wait: one or several of them, woken with no borrow held
//! ([`std::task::Waker`]).

use std::{
    cell::{Cell, RefCell},
    task::{Context, Waker},
};

/// The place of one task; the one that came last.
#[derive(Default)]
pub(crate) struct WakerSlot(Cell<Option<Waker>>);

impl WakerSlot {
    pub(crate) fn register(&self, cx: &Context<'_>) {
        // Taken out and put back, so that the same task costs no clone.
        let waker = match self.0.take() {
            Some(waker) if waker.will_wake(cx.waker()) => waker,
            _ => cx.waker().clone(),
        };
        self.0.set(Some(waker));
    }

    pub(crate) fn wake(&self) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }
}

/// The places of any number of tasks, which are woken together.
#[derive(Default)]
pub(crate) struct WakerSet(RefCell<Vec<Waker>>);

impl WakerSet {
    pub(crate) fn register(&self, cx: &Context<'_>) {
        let is_there = |waker: &Waker| waker.will_wake(cx.waker());
        if !self.0.borrow().iter().any(is_there) {
            let waker = cx.waker().clone();
            self.0.borrow_mut().push(waker);
        }
    }

    pub(crate) fn wake(&self) {
        for waker in self.0.take() {
            waker.wake();
        }
    }
}

/// The places of tasks that may wait for long, each given back with its ticket.
#[derive(Default)]
pub(crate) struct Places {
    waiting: RefCell<Vec<(Ticket, Waker)>>,
    last_ticket: Cell<Ticket>,
}

pub(crate) type Ticket = u64;

impl Places {
    /// The ticket of one who waits.
    pub(crate) fn ticket(&self) -> Ticket {
        self.last_ticket.set(self.last_ticket.get() + 1);
        self.last_ticket.get()
    }

    /// Has the ticket's last task woken.
    pub(crate) fn register(&self, ticket: Ticket, cx: &Context<'_>) {
        self.give_back(ticket);
        let waker = cx.waker().clone();
        self.waiting.borrow_mut().push((ticket, waker));
    }

    pub(crate) fn give_back(&self, ticket: Ticket) {
        let place = {
            let mut waiting = self.waiting.borrow_mut();
            let index = waiting.iter().position(|(other, _)| *other == ticket);
            index.map(|index| waiting.swap_remove(index))
        };
        // A waker may own what it wakes, so this is done with no borrow held.
        drop(place);
    }

    pub(crate) fn wake(&self) {
        for (_, waker) in self.waiting.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    };
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Counts(AtomicUsize);

    impl Wake for Counts {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    impl Counts {
        fn get(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_slot_wakes_the_last_task_once() {
        let (first, last) = (Arc::new(Counts::default()), Arc::new(Counts::default()));
        let slot = WakerSlot::default();
        for task in [&first, &last, &last] {
            slot.register(&Context::from_waker(&Arc::clone(task).into()));
        }
        slot.wake();
        slot.wake();
        assert_eq!((first.get(), last.get()), (0, 1));
    }

    #[test]
    fn a_set_wakes_every_task_once() {
        let (one, two) = (Arc::new(Counts::default()), Arc::new(Counts::default()));
        let (waker_one, waker_two) = (one.clone().into(), two.clone().into());
        let set = WakerSet::default();
        for waker in [&waker_one, &waker_two, &waker_one] {
            set.register(&Context::from_waker(waker));
        }
        set.wake();
        set.wake();
        assert_eq!((one.get(), two.get()), (1, 1));
    }

    #[test]
    fn who_goes_leaves_nothing_behind() {
        let places = Places::default();
        let cx = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            let (one, two) = (places.ticket(), places.ticket());
            for ticket in [one, two, one, two] {
                places.register(ticket, &cx);
            }
            assert_eq!(places.waiting.borrow().len(), 2);
            places.give_back(one);
            places.give_back(two);
            assert_eq!(places.waiting.borrow().len(), 0);
        }
    }
}
