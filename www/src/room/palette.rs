//! The members' colours: told apart by name too, and seen on the paper
//! ([WCAG 2.2, non-text contrast](https://www.w3.org/TR/WCAG22/#non-text-contrast)).

use wasm_websocket_demo_format::room::COLOURS;

/// A colour of a member.
#[derive(Debug)]
pub(crate) struct Colour {
    pub(crate) name: &'static str,
    pub(crate) css: &'static str,
}

const fn colour(name: &'static str, css: &'static str) -> Colour {
    Colour { name, css }
}

const PALETTE: [Colour; COLOURS as usize] = [
    colour("blue", "#2563d9"),
    colour("red", "#d6352b"),
    colour("green", "#1f8a4c"),
    colour("orange", "#d9730d"),
    colour("violet", "#8b3fd0"),
    colour("teal", "#0c8c9a"),
    colour("pink", "#e0409a"),
    colour("brown", "#7b4a21"),
    colour("ink", "#1f2a3d"),
    colour("olive", "#7a7a00"),
    colour("sky", "#1d92dc"),
    colour("plum", "#86195a"),
    colour("lime", "#6a9a00"),
    colour("grey", "#7b8190"),
    colour("salmon", "#e8657a"),
    colour("forest", "#0f4d2c"),
];

/// The colour with this number, of which the format has no more than there are.
pub(crate) fn named(number: u8) -> &'static Colour {
    &PALETTE[usize::from(number) % PALETTE.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green and blue, linear.
    fn linear(colour: &Colour) -> [f64; 3] {
        let number = u32::from_str_radix(&colour.css[1..], 16).expect("a colour");
        [16, 8, 0].map(|shift| {
            let part = f64::from((number >> shift) as u8) / 255.0;
            match part {
                ..=0.04045 => part / 12.92,
                _ => ((part + 0.055) / 1.055).powf(2.4),
            }
        })
    }

    #[test]
    fn every_colour_is_seen_on_the_paper() {
        for colour in &PALETTE {
            let [red, green, blue] = linear(colour);
            let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            let contrast = 1.05 / (luminance + 0.05);
            assert!(contrast >= 3.0, "{}: {contrast}", colour.name);
        }
    }

    /// By their distance in [Oklab](https://www.w3.org/TR/css-color-4/#ok-lab).
    #[test]
    fn no_two_colours_are_alike() {
        let oklab = |colour: &Colour| {
            let [r, g, b] = linear(colour);
            let l = (0.412_221_5 * r + 0.536_332_5 * g + 0.051_446 * b).cbrt();
            let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_397 * b).cbrt();
            let s = (0.088_302_5 * r + 0.281_718_8 * g + 0.629_978_7 * b).cbrt();
            [
                0.210_454_3 * l + 0.793_617_8 * m - 0.004_072_0 * s,
                1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
                0.025_904 * l + 0.782_771_8 * m - 0.808_675_8 * s,
            ]
        };
        for (index, a) in PALETTE.iter().enumerate() {
            for b in &PALETTE[..index] {
                let [a_place, b_place] = [oklab(a), oklab(b)];
                let distance = (0..3)
                    .map(|axis| (a_place[axis] - b_place[axis]).powi(2))
                    .sum::<f64>()
                    .sqrt();
                assert!(distance > 0.08, "{} and {}: {distance}", a.name, b.name);
            }
        }
    }
}
