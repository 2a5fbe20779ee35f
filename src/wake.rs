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
        let mut wakers = self.0.borrow_mut();
        if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            wakers.push(cx.waker().clone());
        }
    }

    pub(crate) fn wake(&self) {
        for waker in self.0.take() {
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
}
