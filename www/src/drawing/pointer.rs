//! Drawing with mouse, finger and pen
//! ([Pointer Events](https://www.w3.org/TR/pointerevents3/)).

use std::{cell::RefCell, rc::Rc};

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlCanvasElement, PointerEvent};

use super::{
    hands::{Hand, Hands},
    tools::Width,
    trail::Point,
};
use crate::page;

/// Draws what pointers do on the canvas, until the listeners are dropped.
pub(crate) fn listen(
    canvas: &HtmlCanvasElement,
    hands: &Rc<RefCell<Hands>>,
    width: &Width,
) -> [EventListener; 4] {
    let on = |name, act: fn(&Canvas, &mut Hands, &PointerEvent)| {
        let hands = Rc::clone(hands);
        let canvas = Canvas {
            element: canvas.clone(),
            width: width.clone(),
        };
        page::listen(&canvas.element.clone(), name, move |event| {
            if let Some(event) = event.dyn_ref::<PointerEvent>() {
                act(&canvas, &mut hands.borrow_mut(), event);
            }
        })
    };
    [
        on("pointerdown", Canvas::begin),
        on("pointermove", Canvas::extend),
        on("pointerup", Canvas::lift),
        on("pointercancel", Canvas::lift),
    ]
}

struct Canvas {
    element: HtmlCanvasElement,
    width: Width,
}

impl Canvas {
    fn begin(&self, hands: &mut Hands, event: &PointerEvent) {
        let hand = Hand::Pointer(event.pointer_id());
        if event.button() == 0 && hands.begin(hand, self.point(event)) {
            // It fails when the pointer is gone already; then there is nothing to capture.
            let _ = self.element.set_pointer_capture(event.pointer_id());
        }
    }

    fn extend(&self, hands: &mut Hands, event: &PointerEvent) {
        let hand = Hand::Pointer(event.pointer_id());
        for event in coalesced(event) {
            hands.extend(hand, self.point(&event));
        }
    }

    fn lift(&self, hands: &mut Hands, event: &PointerEvent) {
        hands.lift(Hand::Pointer(event.pointer_id()));
    }

    fn point(&self, event: &PointerEvent) -> Point {
        let area = self.element.get_bounding_client_rect();
        let unit = area.width().max(1.0);
        let pressure = pressure(&event.pointer_type(), event.pressure().into());
        Point {
            x: (f64::from(event.client_x()) - area.left()) / unit,
            y: (f64::from(event.client_y()) - area.top()) / unit,
            width: self.width.chosen() * pressure / unit,
        }
    }
}

/// The moves that the browser has put together to this one; that one itself where it doesn't
/// tell.
fn coalesced(event: &PointerEvent) -> Vec<PointerEvent> {
    let offered = js_sys::Reflect::has(event, &JsValue::from_str("getCoalescedEvents"));
    let mut moves: Vec<PointerEvent> = if offered == Ok(true) {
        event
            .get_coalesced_events()
            .iter()
            .filter_map(|event| event.dyn_into().ok())
            .collect()
    } else {
        Vec::new()
    };
    if moves.is_empty() {
        moves.push(event.clone());
    }
    moves
}

/// The factor by which pressure makes a line broader or finer. Devices without a sensor report
/// 0, 0.5 or 1.
fn pressure(pointer_type: &str, pressure: f64) -> f64 {
    let measured = match pointer_type {
        "pen" => pressure > 0.0,
        "touch" => pressure > 0.0 && pressure < 1.0,
        _ => false,
    };
    if measured {
        0.3 + 1.4 * pressure
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::pressure;

    #[test]
    fn pressure_counts_where_there_is_a_sensor() {
        for (pointer_type, given, factor) in [
            ("mouse", 0.5, 1.0),
            ("mouse", 0.0, 1.0),
            ("touch", 0.0, 1.0),
            ("touch", 0.5, 1.0),
            ("touch", 1.0, 1.0),
            ("pen", 0.0, 1.0),
            ("pen", 0.5, 1.0),
            ("pen", 1.0, 1.7),
        ] {
            let found = pressure(pointer_type, given);
            assert!(
                (found - factor).abs() < 1e-9,
                "{pointer_type} {given}: {found}"
            );
        }
        assert!(pressure("touch", 0.2) < 0.6);
    }
}
