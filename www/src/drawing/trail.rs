//! [`Trail`]: points joined to a smooth line, by quadratic curves through their midpoints.

/// A point of a line; the unit of all three is the width of the canvas, so that a drawing
/// keeps its proportions in any size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// How broad the line is here.
    pub(crate) width: f64,
}

impl Point {
    fn is_at(self, other: Self) -> bool {
        self.x == other.x && self.y == other.y
    }

    fn middle(self, other: Self) -> Self {
        Self {
            x: (self.x + other.x) / 2.0,
            y: (self.y + other.y) / 2.0,
            width: (self.width + other.width) / 2.0,
        }
    }
}

/// A piece of a line, with round ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mark {
    /// Where the pen was put down.
    Dot(Point),
    /// A quadratic curve, as broad as at its end.
    Curve {
        from: Point,
        control: Point,
        to: Point,
    },
}

/// The end of a line, from where it goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trail {
    /// So far the line is drawn.
    drawn: Point,
    last: Point,
}

impl Trail {
    pub(crate) fn new(start: Point) -> (Self, Mark) {
        let trail = Self {
            drawn: start,
            last: start,
        };
        (trail, Mark::Dot(start))
    }

    /// Goes on to a point, which adds a curve to halfway between it and the one before; nothing
    /// is to be drawn if the pen is there already.
    pub(crate) fn extend(&mut self, point: Point) -> Option<Mark> {
        if self.last.is_at(point) {
            return None;
        }
        let mark = Mark::Curve {
            from: self.drawn,
            control: self.last,
            to: self.last.middle(point),
        };
        self.drawn = self.last.middle(point);
        self.last = point;
        Some(mark)
    }

    /// Ends the line; what is to be drawn reaches to its last point.
    pub(crate) fn lift(self) -> Option<Mark> {
        let tail = Mark::Curve {
            from: self.drawn,
            control: self.last,
            to: self.last,
        };
        (!self.drawn.is_at(self.last)).then_some(tail)
    }
}
