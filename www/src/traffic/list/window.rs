//! Which rows of a long list are in its window, and where the keyboard leads. Pure.

use std::ops::Range;

/// So many rows are there beyond what is seen, for the browser to scroll before they are asked for.
const MARGIN: usize = 6;

/// The places of the rows to show. All lengths are in CSS pixels.
pub(super) fn window(top: f64, height: f64, row: f64, total: usize) -> Range<usize> {
    // A row without a height would need infinitely many.
    let row = row.max(1.0);
    let first = (top.max(0.0) / row) as usize;
    let last = ((top + height).max(0.0) / row).ceil() as usize;
    let end = last.saturating_add(MARGIN).min(total);
    first.saturating_sub(MARGIN).min(end)..end
}

/// A step through the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Move {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

impl Move {
    /// The one that a key asks for, by its name
    /// ([named keys](https://www.w3.org/TR/uievents-key/#keys-navigation)).
    pub(super) fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "PageUp" => Self::PageUp,
            "PageDown" => Self::PageDown,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }

    /// Where it leads from this place, or from none, if there is anything.
    pub(super) fn from(self, place: Option<usize>, page: usize, total: usize) -> Option<usize> {
        let last = total.checked_sub(1)?;
        let Some(place) = place else {
            return Some(if self == Self::First { 0 } else { last });
        };
        let place = match self {
            Self::Up => place.saturating_sub(1),
            Self::Down => place + 1,
            Self::PageUp => place.saturating_sub(page),
            Self::PageDown => place + page,
            Self::First => 0,
            Self::Last => last,
        };
        Some(place.min(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_has_what_is_seen_and_a_margin() {
        assert_eq!(window(0.0, 100.0, 20.0, 1000), 0..5 + MARGIN);
        assert_eq!(window(410.0, 100.0, 20.0, 1000), 20 - MARGIN..26 + MARGIN);
        assert_eq!(window(19_900.0, 100.0, 20.0, 1000), 995 - MARGIN..1000);
        assert_eq!(window(0.0, 100.0, 20.0, 3), 0..3);
        assert_eq!(window(-50.0, 100.0, 20.0, 0), 0..0);
        assert_eq!(window(1e9, 100.0, 20.0, 10), 10..10);
        assert!(window(0.0, 100.0, 0.0, 1000).len() <= 100 + MARGIN);
    }

    #[test]
    fn keys_lead_through_the_list_and_not_beyond() {
        for (step, from, to) in [
            (Move::Up, Some(5), Some(4)),
            (Move::Up, Some(0), Some(0)),
            (Move::Down, Some(9), Some(9)),
            (Move::PageDown, Some(2), Some(6)),
            (Move::PageUp, Some(2), Some(0)),
            (Move::First, Some(7), Some(0)),
            (Move::Last, Some(7), Some(9)),
            (Move::Up, None, Some(9)),
            (Move::First, None, Some(0)),
        ] {
            assert_eq!(step.from(from, 4, 10), to, "{step:?} from {from:?}");
            assert_eq!(step.from(from, 4, 0), None);
        }
    }
}
