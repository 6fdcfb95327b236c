#pragma once

#include <string>
#include <vector>

namespace vernier {

/// Maps values to places on an axis of a picture.
struct SvgScale {
    double low = 0, high = 1; ///< values at the ends, low < high
    double from = 0, to = 1;  ///< where they lie, in pixels; from may be the larger
    bool logarithmic = false; ///< low > 0 then

    double at(double value) const;
};

/// Where an axis is marked, and how the values are written there.
struct SvgTicks {
    std::vector<double> values;
    std::vector<std::string> texts;
};

/// A scale that holds values low to high with a little room, or from 0 on; the ends of a linear one lie on nice
/// numbers.
SvgScale scaleFor(double low, double high, bool logarithmic, bool fromZero);

/// About so many marks at nice numbers inside a scale: 1, 2 or 5 times a power of ten; on a logarithmic one powers of
/// ten, with 2 and 5 between them where there are few decades.
SvgTicks ticksOf(const SvgScale& scale, int about);

} // namespace vernier
