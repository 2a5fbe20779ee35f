//! [`Content`]: all of a message, in pages. Pure.

use std::rc::Rc;

use crate::traffic::preview;

/// Of a text, in bytes.
const TEXT_PAGE: usize = 64 << 10;

/// Of bytes; each takes about five characters.
const BYTES_PAGE: usize = 4 << 10;

#[derive(Debug)]
pub(super) enum Content {
    Text(Rc<str>),
    Bytes(Vec<u8>),
}

impl Content {
    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    fn page_len(&self) -> usize {
        match self {
            Self::Text(_) => TEXT_PAGE,
            Self::Bytes(_) => BYTES_PAGE,
        }
    }

    /// For the style sheet.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }

    /// One at least.
    pub(super) fn pages(&self) -> usize {
        self.len().div_ceil(self.page_len()).max(1)
    }

    /// A page of it, from zero on.
    pub(super) fn page(&self, page: usize) -> String {
        let place = |page: usize| page.saturating_mul(self.page_len()).min(self.len());
        let (from, to) = (place(page), place(page.saturating_add(1)));
        match self {
            Self::Text(text) => {
                let (from, to) = (preview::boundary(text, from), preview::boundary(text, to));
                text.get(from..to).unwrap_or_default().to_owned()
            }
            Self::Bytes(bytes) => preview::dump(&bytes[from..to], from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_of_a_text_are_all_of_it() {
        for text in [
            String::new(),
            "a".repeat(TEXT_PAGE),
            format!("a{}", "ü🧀".repeat(TEXT_PAGE / 2)),
        ] {
            let content = Content::Text(text.as_str().into());
            let pages = (0..content.pages()).map(|page| content.page(page));
            assert_eq!(pages.collect::<String>(), text);
            assert_eq!(content.page(content.pages()), "");
        }
    }

    #[test]
    fn the_pages_of_bytes_go_on_where_the_last_ended() {
        let content = Content::Bytes(vec![7; BYTES_PAGE + 1]);
        assert_eq!(content.pages(), 2);
        assert_eq!(content.page(0).lines().count(), BYTES_PAGE / 16);
        assert!(content.page(1).starts_with("00001000  07 "));
    }
}
