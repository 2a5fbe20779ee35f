//! The queue against a plain list that does the same.

use proptest::{prelude::*, sample::Index};

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Enter,
    Again(Index),
    Leave(Index),
    TakeFirst,
    Skip,
    TakeAll,
    Empty,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Enter),
        4 => any::<Index>().prop_map(Step::Again),
        3 => any::<Index>().prop_map(Step::Leave),
        4 => Just(Step::TakeFirst),
        2 => Just(Step::Skip),
        1 => Just(Step::TakeAll),
        1 => Just(Step::Empty),
    ]
}

/// A waiter of the model.
struct Waiter {
    ticket: Ticket,
    task: Arc<Task>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waits,
    Woken,
    Passed,
}

/// Whose waker this is: that of the task that it wakes.
fn owner(waker: Option<Waker>, all: &[Waiter]) -> Option<Ticket> {
    let before: Vec<_> = all.iter().map(|waiter| waiter.task.woken()).collect();
    waker?.wake();
    let woken = all.iter().zip(before);
    let mut woken = woken.filter(|(waiter, before)| waiter.task.woken() > *before);
    let owner = woken.next().map(|(waiter, _)| waiter.ticket);
    Some(owner.expect("the waker of somebody who waits"))
}

proptest! {
    #[test]
    fn the_queue_does_what_a_plain_list_does(steps in prop::collection::vec(step(), 0..200)) {
        let mut queue = WaitQueue::default();
        let mut model: Vec<Waiter> = Vec::new();
        for step in steps {
            match step {
                Step::Enter => {
                    let task = Arc::<Task>::default();
                    let (ticket, old) = queue.enter(None, task.waker());
                    prop_assert!(old.is_none());
                    prop_assert!(model.last().is_none_or(|last| last.ticket < ticket));
                    model.push(Waiter { ticket, task, state: State::Waits });
                }
                Step::Again(_) | Step::Leave(_) if model.is_empty() => {}
                Step::Again(index) => {
                    let index = index.index(model.len());
                    // In another task, so that its old waker can be told from the new one.
                    let task = Arc::<Task>::default();
                    let Waiter { ticket, state, .. } = model[index];
                    let (same, old) = queue.enter(Some(ticket), task.waker());
                    prop_assert_eq!(same, ticket);
                    let had_waker = (state == State::Waits).then_some(ticket);
                    prop_assert_eq!(owner(old, &model), had_waker);
                    model[index].task = task;
                    model[index].state = State::Waits;
                }
                Step::Leave(index) => {
                    let index = index.index(model.len());
                    let Waiter { ticket, state, .. } = model[index];
                    let (old, has_moved_up) = queue.leave(ticket);
                    let had_waker = (state == State::Waits).then_some(ticket);
                    prop_assert_eq!(owner(old, &model), had_waker);
                    let was_first = first(&model).is_some_and(|first| first.ticket == ticket);
                    model.remove(index);
                    prop_assert_eq!(has_moved_up, was_first && first(&model).is_some());
                    prop_assert_eq!(queue.leave(ticket).1, false);
                }
                Step::TakeFirst => {
                    let woken = owner(queue.take_first(), &model);
                    let expected = first(&model).filter(|first| first.state == State::Waits);
                    prop_assert_eq!(woken, expected.map(|first| first.ticket));
                    if let Some(first) = first_mut(&mut model) {
                        first.state = State::Woken;
                    }
                }
                Step::Skip => {
                    queue.skip();
                    if let Some(first) = first_mut(&mut model) {
                        if first.state == State::Woken {
                            first.state = State::Passed;
                        }
                    }
                }
                Step::TakeAll => {
                    let wakers = queue.take_all().into_iter();
                    let woken: Vec<_> = wakers.map(|waker| owner(Some(waker), &model)).collect();
                    let waiting = model.iter().filter(|waiter| waiter.state == State::Waits);
                    let expected: Vec<_> = waiting.map(|waiter| Some(waiter.ticket)).collect();
                    prop_assert_eq!(woken, expected);
                    for waiter in &mut model {
                        if waiter.state == State::Waits {
                            waiter.state = State::Woken;
                        }
                    }
                }
                Step::Empty => {
                    let waiters = queue.empty().into_iter();
                    let woken: Vec<_> = waiters
                        .filter_map(|(_, waker)| Some(owner(Some(waker?), &model)))
                        .collect();
                    let waiting = model.iter().filter(|waiter| waiter.state == State::Waits);
                    let expected: Vec<_> = waiting.map(|waiter| Some(waiter.ticket)).collect();
                    prop_assert_eq!(woken, expected);
                    for waiter in &mut model {
                        waiter.state = State::Passed;
                    }
                }
            }
            prop_assert_eq!(queue.is_empty(), first(&model).is_none());
            prop_assert_eq!(queue.is_first(None), first(&model).is_none());
            for waiter in &model {
                let is_first = first(&model).is_none_or(|first| waiter.ticket <= first.ticket);
                prop_assert_eq!(queue.is_first(Some(waiter.ticket)), is_first);
                prop_assert_eq!(waiter.task.has_wakers(), waiter.state == State::Waits);
            }
        }
    }
}

/// The first that wasn't passed.
fn first(model: &[Waiter]) -> Option<&Waiter> {
    model.iter().find(|waiter| waiter.state != State::Passed)
}

fn first_mut(model: &mut [Waiter]) -> Option<&mut Waiter> {
    model
        .iter_mut()
        .find(|waiter| waiter.state != State::Passed)
}
