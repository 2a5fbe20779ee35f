//! [`Tabs`]: shows the view that the address names behind its `#`
//! ([the hashchange event](https://html.spec.whatwg.org/multipage/nav-history-apis.html#hashchangeevent)).

use futures::StreamExt;
use gloo_events::EventListener;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::{
    alert::Alert,
    echo::Echo,
    events::Events,
    flipbook::Flipbook,
    page::{self, Error, Page},
    room::Room,
    traffic::{Recorder, Traffic},
};

/// What a tab shows. It is made when it is shown for the first time.
pub(crate) trait View {
    /// It is shown, with what the address has behind the tab's name: `NAME` of `#/room/NAME`.
    fn show(&mut self, _rest: &str) {}

    /// Another one is shown.
    fn hide(&mut self) {}
}

type Start = fn(&Page, &Recorder) -> Result<Box<dyn View>, Error>;

struct Tab {
    name: &'static str,
    link: HtmlElement,
    panel: HtmlElement,
    start: Start,
    view: Option<Box<dyn View>>,
}

/// All tabs, of which one is shown.
pub(crate) struct Tabs {
    page: Page,
    recorder: Recorder,
    tabs: Vec<Tab>,
    alert: Alert,
}

impl Tabs {
    /// Shows what the address names, from now on.
    pub(crate) fn start() -> Result<(), Error> {
        let page = Page::current()?;
        let tab = |name, start: Start| {
            Ok(Tab {
                name,
                link: page.element(&format!("{name}-tab"))?,
                panel: page.element(&format!("{name}-view"))?,
                start,
                view: None,
            })
        };
        let tabs = vec![
            tab("echo", |page, recorder| {
                Ok(Box::new(Echo::start(page, recorder)?))
            })?,
            tab("flipbook", |page, recorder| {
                Ok(Box::new(Flipbook::start(page, recorder)?))
            })?,
            tab("traffic", |page, recorder| {
                Ok(Box::new(Traffic::start(page, recorder)?))
            })?,
            tab("room", |page, recorder| {
                Ok(Box::new(Room::start(page, recorder)?))
            })?,
        ];
        let mut this = Self {
            recorder: Recorder::new(&page),
            alert: Alert::new(&page, "failure")?,
            tabs,
            page,
        };
        this.show()?;
        let (events, mut changes) = Events::new();
        let listener: EventListener = events.on(&this.page.window, "hashchange", |_| Some(()));
        spawn_local(async move {
            let _listener = listener;
            while changes.next().await.is_some() {
                if let Err(error) = this.show() {
                    this.alert.show(error);
                }
            }
        });
        Ok(())
    }

    fn show(&mut self) -> Result<(), Error> {
        let hash = self.page.window.location().hash().unwrap_or_default();
        let (name, rest) = named(&hash);
        let shown = self.tabs.iter().position(|tab| tab.name == name);
        let shown = shown.unwrap_or_default();
        for (i, tab) in self.tabs.iter_mut().enumerate() {
            tab.panel.set_hidden(i != shown);
            let current = if i == shown { "page" } else { "false" };
            page::set_attribute(&tab.link, "aria-current", current);
            if let Some(view) = tab.view.as_mut().filter(|_| i != shown) {
                view.hide();
            }
        }
        let Some(tab) = self.tabs.get_mut(shown) else {
            return Ok(());
        };
        let view = match &mut tab.view {
            Some(view) => view,
            none => none.insert((tab.start)(&self.page, &self.recorder)?),
        };
        view.show(rest);
        Ok(())
    }
}

/// The name of a tab, and what is behind it.
fn named(hash: &str) -> (&str, &str) {
    let path = hash.strip_prefix("#/").unwrap_or_default();
    path.split_once('/').unwrap_or((path, ""))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_hash_names_a_tab_and_more() {
        for (hash, name, rest) in [
            ("", "", ""),
            ("#", "", ""),
            ("#echo", "", ""),
            ("#/echo", "echo", ""),
            ("#/room/", "room", ""),
            ("#/room/a/b", "room", "a/b"),
        ] {
            assert_eq!(named(hash), (name, rest), "{hash}");
        }
    }
}
