//! [`Page`]: typed access to the elements of `index.html`
//! ([the Document interface](https://dom.spec.whatwg.org/#interface-document)).

use std::fmt;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, EventTarget, HtmlElement, HtmlInputElement, HtmlTemplateElement,
    Performance, Window,
};

/// The window and its document.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) window: Window,
    pub(crate) document: Document,
    clock: Performance,
}

impl Page {
    /// The page that this code runs in.
    pub(crate) fn current() -> Result<Self, Error> {
        let window = web_sys::window().ok_or(Error::NoWindow)?;
        Ok(Self {
            document: window.document().ok_or(Error::NoWindow)?,
            clock: window.performance().ok_or(Error::Unsupported("a clock"))?,
            window,
        })
    }

    /// The element with this id.
    pub(crate) fn element<T: JsCast>(&self, id: &str) -> Result<T, Error> {
        self.find(id)?
            .dyn_into()
            .map_err(|_| Error::WrongKind(id.to_owned()))
    }

    // In each of its many callers it would make the page larger.
    #[inline(never)]
    fn find(&self, id: &str) -> Result<Element, Error> {
        let element = self.document.get_element_by_id(id);
        element.ok_or_else(|| Error::Missing(id.to_owned()))
    }

    /// A new element of this name.
    pub(crate) fn create<T: JsCast>(&self, name: &str) -> Result<T, Error> {
        self.document
            .create_element(name)
            .ok()
            .and_then(|element| element.dyn_into().ok())
            .ok_or(Error::Unsupported("the elements of a page"))
    }

    /// The address for sockets at this path of the server that the page came from.
    pub(crate) fn socket_address(&self, path: &str) -> String {
        let location = self.window.location();
        let scheme = match location.protocol().as_deref() {
            Ok("https:") => "wss",
            _ => "ws",
        };
        let host = location.host().unwrap_or_default();
        format!("{scheme}://{host}{path}")
    }

    /// Milliseconds since the page was opened.
    pub(crate) fn now(&self) -> f64 {
        self.clock.now()
    }

    /// When the page was opened, in milliseconds since 1970.
    pub(crate) fn opened_at(&self) -> f64 {
        self.clock.time_origin()
    }
}

/// An element that is written once in `index.html`, and shown any number of times.
#[derive(Clone, Debug)]
pub(crate) struct Template(Element);

impl Template {
    /// What the template with this id has in it.
    pub(crate) fn new(page: &Page, id: &str) -> Result<Self, Error> {
        let template: HtmlTemplateElement = page.element(id)?;
        let content = template.content().first_element_child();
        content
            .map(Self)
            .ok_or_else(|| Error::Missing(id.to_owned()))
    }

    /// Another one, and its parts by their `data-part`.
    pub(crate) fn copy<const N: usize>(
        &self,
        parts: [&str; N],
    ) -> Result<(HtmlElement, [HtmlElement; N]), Error> {
        let (copy, parts) = self.copy_parts(&parts)?;
        let parts = parts.try_into();
        Ok((copy, parts.map_err(|_| Error::Unsupported("templates"))?))
    }

    fn copy_parts(&self, names: &[&str]) -> Result<(HtmlElement, Vec<HtmlElement>), Error> {
        let copy = self.0.clone_node_with_deep(true);
        let copy: HtmlElement = copy
            .ok()
            .and_then(|copy| copy.dyn_into().ok())
            .ok_or(Error::Unsupported("templates"))?;
        let part = |name: &&str| {
            let part = copy.query_selector(&format!("[data-part={name}]"));
            let part = part.ok().flatten().and_then(|part| part.dyn_into().ok());
            part.ok_or_else(|| Error::Missing((*name).to_owned()))
        };
        let parts = names.iter().map(part).collect::<Result<_, _>>()?;
        Ok((copy, parts))
    }
}

/// Calls `callback` for each event of this name, which it may prevent from having its usual
/// effect, until the listener is dropped.
pub(crate) fn listen(
    target: &EventTarget,
    name: &'static str,
    callback: impl FnMut(&web_sys::Event) + 'static,
) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(target, name, options, callback)
}

/// Shows whether a control does anything, without taking the focus away from it as the
/// attribute `disabled` would.
pub(crate) fn set_enabled(control: &Element, enabled: bool) {
    set_attribute(control, "aria-disabled", &(!enabled).to_string());
}

/// Sets an attribute; the names here are all valid ones, so it can't fail.
pub(crate) fn set_attribute(element: &Element, name: &'static str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Sets the text of an element, unless it has it already: it may be announced.
pub(crate) fn set_text(element: &HtmlElement, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// The value of the radio button that is chosen in this group.
pub(crate) fn chosen(group: &Element) -> Option<String> {
    group
        .query_selector("input:checked")
        .ok()?
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
        .map(|input| input.value())
}

/// Why the page can't start.
#[derive(Debug)]
pub(crate) enum Error {
    /// It doesn't run in a window.
    NoWindow,
    /// There is no element with this id.
    Missing(String),
    /// The element with this id is of another kind.
    WrongKind(String),
    /// The browser lacks this.
    Unsupported(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWindow => f.write_str("this is no window with a document"),
            Self::Missing(id) => write!(f, "the page has no element #{id}"),
            Self::WrongKind(id) => write!(f, "the element #{id} is of another kind"),
            Self::Unsupported(what) => write!(f, "this browser doesn't offer {what}"),
        }
    }
}

impl std::error::Error for Error {}
