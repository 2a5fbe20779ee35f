//! [`News`]: who came, left and cleared, told together when several did within a moment.

use super::palette::Colour;

/// So many are told in one; the others are counted.
const TOLD: usize = 3;

/// What happened and hasn't been told.
#[derive(Debug, Default)]
pub(crate) struct News(Vec<String>);

impl News {
    /// Adds what a member did; whether it is the first to be told.
    pub(crate) fn push(&mut self, colour: &Colour, did: &str) -> bool {
        let mut words = colour.name.to_owned();
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        self.0.push(format!("{words} {did}."));
        self.0.len() == 1
    }

    /// All of it in words, which then is told.
    pub(crate) fn take(&mut self) -> String {
        let news = std::mem::take(&mut self.0);
        let rest = news.len().saturating_sub(TOLD);
        let mut words = news[..news.len() - rest].join(" ");
        if rest > 0 {
            words.push_str(&format!(" And {rest} more."));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::palette;

    #[test]
    fn what_happens_within_a_moment_is_told_together_and_once() {
        let mut news = News::default();
        assert!(news.push(palette::named(0), "joined"));
        assert!(!news.push(palette::named(1), "left"));
        assert_eq!(news.take(), "Blue joined. Red left.");
        assert!(news.push(palette::named(2), "joined"));
        for _ in 0..4 {
            news.push(palette::named(2), "left");
        }
        let words = news.take();
        assert_eq!(words, "Green joined. Green left. Green left. And 2 more.");
        assert_eq!(news.take(), "");
    }
}
