//! [`Book`]: the frames of the flipbook that is being made, and which of them is open. Pure.

/// Frames that a book holds.
pub(super) const MOST: usize = 48;

/// What a person does with frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Edit {
    /// A blank one behind the open one.
    Add,
    Duplicate,
    Delete,
    /// The open one changes places with the one before.
    Earlier,
    Later,
    Open(usize),
}

/// At least one frame; one of them is open.
#[derive(Debug)]
pub(super) struct Book<T> {
    frames: Vec<T>,
    open: usize,
}

impl<T> Book<T> {
    /// The first of these is open; `None` without any.
    pub(super) fn new(frames: Vec<T>) -> Option<Self> {
        (!frames.is_empty()).then_some(Self { frames, open: 0 })
    }

    pub(super) fn frames(&self) -> &[T] {
        &self.frames
    }

    pub(super) fn frames_mut(&mut self) -> &mut [T] {
        &mut self.frames
    }

    /// The number of the open one, from 0.
    pub(super) fn open(&self) -> usize {
        self.open
    }

    /// Whether this can be done.
    pub(super) fn allows(&self, edit: Edit) -> bool {
        match edit {
            Edit::Add | Edit::Duplicate => self.frames.len() < MOST,
            Edit::Delete => self.frames.len() > 1,
            Edit::Earlier => self.open > 0,
            Edit::Later => self.open + 1 < self.frames.len(),
            Edit::Open(frame) => frame < self.frames.len(),
        }
    }

    /// Does it, if it can be done; `copy` makes a new frame, of another one or a blank one.
    pub(super) fn edit<E>(
        &mut self,
        edit: Edit,
        copy: impl FnOnce(Option<&T>) -> Result<T, E>,
    ) -> Result<(), E> {
        if !self.allows(edit) {
            return Ok(());
        }
        match edit {
            Edit::Add | Edit::Duplicate => {
                let model = (edit == Edit::Duplicate).then(|| &self.frames[self.open]);
                let frame = copy(model)?;
                self.open += 1;
                self.frames.insert(self.open, frame);
            }
            Edit::Delete => {
                self.frames.remove(self.open);
                self.open = self.open.min(self.frames.len() - 1);
            }
            Edit::Earlier => {
                self.frames.swap(self.open, self.open - 1);
                self.open -= 1;
            }
            Edit::Later => {
                self.frames.swap(self.open, self.open + 1);
                self.open += 1;
            }
            Edit::Open(frame) => self.open = frame,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn edited(edits: &[Edit]) -> (String, usize) {
        let mut book = Book::new("abc".chars().collect()).unwrap();
        for edit in edits {
            let done: Result<(), Infallible> = book.edit(*edit, |model| {
                Ok(model.map_or('-', char::to_ascii_uppercase))
            });
            done.unwrap();
        }
        (book.frames().iter().collect(), book.open())
    }

    #[test]
    fn frames_are_added_and_taken_away_and_moved() {
        use Edit::*;
        for (edits, frames, open) in [
            (&[Add][..], "a-bc", 1),
            (&[Open(2), Duplicate], "abcC", 3),
            (&[Delete], "bc", 0),
            (&[Open(2), Delete], "ab", 1),
            (&[Later], "bac", 1),
            (&[Open(2), Earlier, Earlier], "cab", 0),
            // What can't be done.
            (&[Earlier], "abc", 0),
            (&[Open(2), Later], "abc", 2),
            (&[Open(3)], "abc", 0),
            (&[Delete, Delete, Delete, Delete], "c", 0),
        ] {
            assert_eq!(edited(edits), (frames.to_owned(), open), "{edits:?}");
        }
    }

    #[test]
    fn a_book_has_at_least_one_frame_and_not_too_many() {
        assert!(Book::<char>::new(Vec::new()).is_none());
        let (frames, open) = edited(&[Edit::Add; 2 * MOST]);
        assert_eq!((frames.len(), open), (MOST, MOST - 3));
    }
}
