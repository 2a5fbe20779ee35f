//! [`History`]: the picture so far.

use std::iter;

use super::{ByMember, Entries, Entry};

/// How many of four parts are left when something is forgotten: then a picture must be drawn anew,
/// which is to be seldom.
const LEFT: usize = 3;

/// What was drawn, in its order and within a limit.
///
/// What was pushed decides alone what is forgotten, so that it is the same everywhere, also where
/// somebody began with the [entries](History::entries) of another.
#[derive(Clone, Debug)]
pub struct History {
    bytes: Vec<u8>,
    limit: usize,
}

impl History {
    /// An empty one, which holds so many bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
        }
    }

    /// Adds an entry. Returns whether the oldest strokes were forgotten to make room for it,
    /// each as far as it was drawn.
    pub fn push(&mut self, entry: Entry<'_>) -> bool {
        let entry = entry.encode();
        let is_full = self.bytes.len() + entry.len() > self.limit;
        if is_full {
            self.forget();
        }
        self.bytes.extend(entry);
        is_full
    }

    fn forget(&mut self) {
        let mut excess = self.bytes.len().saturating_sub(self.limit / 4 * LEFT);
        // Of each member, whose strokes follow each other, all up to this one.
        let mut forgotten = ByMember::<u32>::default();
        for (entry, bytes) in self.measured() {
            if excess == 0 {
                break;
            }
            excess = excess.saturating_sub(bytes.len());
            let last = forgotten.entry(entry.member);
            *last = entry.piece.stroke().max(*last);
        }
        let mut kept = Vec::new();
        for (entry, bytes) in self.measured() {
            let last = forgotten.get(entry.member);
            if last.is_none_or(|last| entry.piece.stroke() > *last) {
                kept.extend_from_slice(bytes);
            }
        }
        self.bytes = kept;
    }

    /// Each entry with its bytes.
    fn measured(&self) -> impl Iterator<Item = (Entry<'_>, &[u8])> {
        let mut rest = &self.bytes[..];
        iter::from_fn(move || {
            let all = rest;
            // They were checked; it fails at their end.
            let entry = Entry::decode(&mut rest).ok()?;
            Some((entry, &all[..all.len() - rest.len()]))
        })
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// What was drawn, the oldest first.
    pub fn entries(&self) -> Entries<'_> {
        Entries::of_checked(&self.bytes)
    }

    /// The same in parts of so many bytes and less, or of one entry.
    pub fn parts(&self, size: usize) -> impl Iterator<Item = Entries<'_>> {
        let mut rest = &self.bytes[..];
        let mut lengths = self.measured().map(|(_, bytes)| bytes.len()).peekable();
        iter::from_fn(move || {
            let mut length = lengths.next()?;
            while let Some(next) = lengths.next_if(|next| length + next <= size) {
                length += next;
            }
            let (part, others) = rest.split_at_checked(length)?;
            rest = others;
            Some(Entries::of_checked(part))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::room::{Piece, PieceWriter, Point};

    fn piece(stroke: u32, points: usize) -> Vec<u8> {
        let mut piece = PieceWriter::new(stroke, 1);
        (0..points).for_each(|_| piece.push(Point { x: 1, y: 1 }));
        piece.finish(true)
    }

    fn push(history: &mut History, member: u32, bytes: &[u8]) -> bool {
        history.push(Entry {
            member,
            colour: 0,
            piece: Piece::decode(bytes).expect("a piece"),
        })
    }

    fn strokes(history: &History) -> Vec<(u32, u32)> {
        history
            .entries()
            .map(|entry| (entry.member, entry.piece.stroke()))
            .collect()
    }

    #[test]
    fn the_oldest_strokes_are_forgotten_whole() {
        // Each entry takes 9 bytes, so that there is room for 6, and 4 are left.
        let mut history = History::new(54);
        let drawn = [(1, 1), (2, 1), (2, 2), (1, 2), (1, 3), (2, 2)];
        for (member, stroke) in drawn {
            assert!(!push(&mut history, member, &piece(stroke, 2)));
        }
        assert_eq!(strokes(&history), drawn);
        assert!(push(&mut history, 3, &piece(1, 2)));
        assert_eq!(strokes(&history), [(2, 2), (1, 2), (1, 3), (2, 2), (3, 1)]);

        // The second stroke of 2 goes with its latest part.
        assert!(!push(&mut history, 3, &piece(2, 2)));
        assert!(push(&mut history, 3, &piece(3, 2)));
        assert_eq!(strokes(&history), [(1, 3), (3, 1), (3, 2), (3, 3)]);
    }

    #[test]
    fn parts_are_all_of_it() {
        let mut history = History::new(1000);
        assert_eq!(history.parts(10).count(), 0);
        for stroke in 0..20 {
            push(&mut history, 1, &piece(stroke, 2));
        }
        for size in [0, 20, 1000] {
            let parts: Vec<_> = history.parts(size).collect();
            let together: Vec<_> = parts.iter().copied().flatten().collect();
            assert_eq!(together, history.entries().collect::<Vec<_>>());
            for part in parts {
                assert!(part.count() <= (size / 9).max(1));
            }
        }
    }

    proptest! {
        #[test]
        fn who_came_late_forgets_the_same(
            drawn in prop::collection::vec((0..4_u32, 0..9_u32, 0..9_usize), 1..200),
            late in 0..200_usize,
        ) {
            const LIMIT: usize = 400;
            let mut history = History::new(LIMIT);
            let mut of_late_comer = None;
            for (index, (member, stroke, points)) in drawn.into_iter().enumerate() {
                if index == late {
                    let mut copy = History::new(LIMIT);
                    for entry in history.entries() {
                        prop_assert!(!copy.push(entry));
                    }
                    of_late_comer = Some(copy);
                }
                let piece = piece(stroke, points);
                let forgot = push(&mut history, member, &piece);
                prop_assert!(history.bytes.len() <= LIMIT);
                if let Some(other) = &mut of_late_comer {
                    prop_assert_eq!(push(other, member, &piece), forgot);
                    prop_assert_eq!(&other.bytes, &history.bytes);
                }
            }
        }
    }
}
