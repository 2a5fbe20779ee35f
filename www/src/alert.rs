//! [`Alert`]: an error in words, announced at once
//! ([the alert role](https://www.w3.org/TR/wai-aria-1.2/#alert)).

use std::fmt::Display;

use web_sys::HtmlElement;

use crate::page::{Error, Page};

/// A place for errors; without one it takes no room.
#[derive(Clone, Debug)]
pub(crate) struct Alert(HtmlElement);

impl Alert {
    pub(crate) fn new(page: &Page, id: &str) -> Result<Self, Error> {
        page.element(id).map(Self)
    }

    /// Shows an error as a sentence, again if it is the same one.
    pub(crate) fn show(&self, error: impl Display) {
        self.0.set_text_content(Some(&sentence(error)));
    }

    /// Takes the error away.
    pub(crate) fn clear(&self) {
        self.0.set_text_content(None);
    }
}

/// Begins with a capital letter and ends with a full stop. Letters beyond ASCII stay as they are:
/// Unicode's tables would make the page larger by 6 kB, compressed.
pub(crate) fn sentence(words: impl Display) -> String {
    sentence_of(&words.to_string())
}

fn sentence_of(words: &str) -> String {
    let mut characters = words.chars();
    let mut sentence: String = characters
        .next()
        .into_iter()
        .map(|first| first.to_ascii_uppercase())
        .collect();
    sentence.push_str(characters.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn words_become_a_sentence() {
        assert_eq!(
            sentence("close code 1 can't be sent"),
            "Close code 1 can't be sent."
        );
        assert_eq!(sentence("\"x\" is no URL"), "\"x\" is no URL.");
        assert_eq!(sentence("Done."), "Done.");
    }
}
