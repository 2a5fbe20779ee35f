//! [`Ink`]: where a member's stroke is, from where the next piece goes on.

use wasm_websocket_demo_format::room::{self, Piece, GRID, WIDTH_GRID};

use crate::drawing::{Point, Surface, Trail};

/// The stroke that is being drawn, if there is one, by its number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ink(Option<(u32, Trail)>);

impl Ink {
    /// Draws a piece.
    pub(crate) fn draw(&mut self, piece: &Piece<'_>, surface: &Surface, colour: &str) {
        for point in piece.points() {
            self.go_to(piece.stroke(), point, piece.width(), surface, colour);
        }
        if piece.ends() {
            self.end(surface, colour);
        }
    }

    /// Draws to a point, which begins a stroke if it is another one.
    pub(crate) fn go_to(
        &mut self,
        stroke: u32,
        point: room::Point,
        width: u16,
        surface: &Surface,
        colour: &str,
    ) {
        let point = placed(point, width);
        let mark = match &mut self.0 {
            Some((current, trail)) if *current == stroke => trail.extend(point),
            other => {
                let (trail, dot) = Trail::new(point);
                *other = Some((stroke, trail));
                Some(dot)
            }
        };
        if let Some(mark) = mark {
            surface.draw(mark, colour);
        }
    }

    /// Draws the rest of the stroke.
    pub(crate) fn end(&mut self, surface: &Surface, colour: &str) {
        let mark = self.0.take().and_then(|(_, trail)| trail.lift());
        if let Some(mark) = mark {
            surface.draw(mark, colour);
        }
    }
}

fn placed(point: room::Point, width: u16) -> Point {
    Point {
        x: f64::from(point.x) / f64::from(GRID),
        y: f64::from(point.y) / f64::from(GRID),
        width: f64::from(width) / f64::from(WIDTH_GRID),
    }
}

/// The nearest point of the grid, and the nearest width.
pub(crate) fn snapped(point: Point) -> (room::Point, u16) {
    // These casts saturate.
    let step = |part: f64| (part * f64::from(GRID)).round() as i16;
    let width = (point.width * f64::from(WIDTH_GRID)).round() as u16;
    let (x, y) = (step(point.x), step(point.y));
    (room::Point { x, y }, width.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_where_it_was_to_a_step_of_the_grid() {
        let (point, width) = snapped(Point {
            x: 0.333,
            y: -0.5,
            width: 0.01,
        });
        let placed = placed(point, width);
        assert!((placed.x - 0.333).abs() <= 0.5 / f64::from(GRID));
        assert_eq!(placed.y, -0.5);
        assert!((placed.width - 0.01).abs() <= 0.5 / f64::from(WIDTH_GRID));
    }

    #[test]
    fn a_point_far_outside_is_brought_to_the_edge_of_the_grid() {
        let (point, width) = snapped(Point {
            x: 1e9,
            y: f64::NAN,
            width: 0.0,
        });
        assert_eq!((point.x, point.y, width), (i16::MAX, 0, 1));
    }
}
