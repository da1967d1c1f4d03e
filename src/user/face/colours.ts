/** 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number]

export const white: Colour = [255, 255, 255]

export const skins: readonly Colour[] = [
  [255, 224, 196],
  [250, 208, 172],
  [236, 188, 146],
  [208, 152, 108],
  [160, 108, 74],
  [112, 74, 52],
]

export const brown: Colour = [58, 40, 34]

/** So many of the hairs, from the first on, aren't dyed. */
export const naturalHairs = 7

export const hairs: readonly Colour[] = [
  [34, 28, 32],
  [34, 28, 32],
  [58, 40, 34],
  [96, 58, 36],
  [150, 92, 46],
  [222, 178, 96],
  [178, 176, 182],
  [226, 120, 150],
  [74, 110, 168],
]

export const cloths: readonly Colour[] = [
  [254, 44, 85],
  [37, 190, 190],
  [255, 179, 71],
  [76, 110, 219],
  [94, 166, 110],
  [140, 98, 190],
  [70, 78, 96],
  [245, 245, 240],
]

/** From the left upper corner to the right lower one. */
export const grounds: readonly (readonly [Colour, Colour])[] = [
  [
    [255, 214, 165],
    [255, 173, 173],
  ],
  [
    [202, 240, 248],
    [144, 190, 240],
  ],
  [
    [216, 243, 220],
    [140, 205, 172],
  ],
  [
    [236, 220, 255],
    [186, 160, 232],
  ],
  [
    [255, 240, 190],
    [250, 205, 110],
  ],
  [
    [255, 220, 232],
    [244, 160, 190],
  ],
  [
    [224, 230, 240],
    [168, 182, 206],
  ],
]

/** A colour between two others. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ]
}
