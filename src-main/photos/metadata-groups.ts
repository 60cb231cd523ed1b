/**
 * Which metadata belong to which group, so that a photographer can leave out where a photo was taken and still say with
 * what. When all groups are kept, everything is copied. When one is not, only what stands in the lists below is: an
 * unknown tag or XMP name space may tell what shall not be told, and so may what is known but belongs to no group, such
 * as a developing program's settings, the names of earlier files, or a drone's flight.
 *
 * Maker notes go along only with all groups: cameras write places (Panasonic, Apple), owners' names (Canon), and titles
 * into them, and their form is known to their makers alone.
 */

export interface MetadataGroups {
  /** Camera, lens, exposure, dates; maker notes where all groups are kept. */
  readonly camera: boolean
  /** GPS and place names. */
  readonly place: boolean
  /** Title, caption, keywords, rating, who is to be seen. */
  readonly captions: boolean
  /** Who made it, who owns it, how to reach them. */
  readonly copyright: boolean
}

export const allGroups: MetadataGroups = { camera: true, place: true, captions: true, copyright: true }
const names = ['camera', 'place', 'captions', 'copyright'] as const
type GroupName = (typeof names)[number]

/** Every tag to the very place that it comes from (`all:all`); what the target cannot hold is left out by exiftool. */
const everything = [
  ...['-all:all<EXIF:all', '-MakerNotes', '-all:all<XMP:all', '-all:all<IPTC:all'],
  '-IPTC:CodedCharacterSet',
]

/** The same in EXIF and in XMP's copy of it. */
const shot = [
  ...['ExposureTime', 'FNumber', 'ExposureProgram', 'SpectralSensitivity', 'ISO'],
  ...['ShutterSpeedValue', 'ApertureValue', 'BrightnessValue', 'ExposureCompensation', 'MaxApertureValue'],
  ...[
    'SubjectDistance',
    'MeteringMode',
    'LightSource',
    'Flash',
    'FocalLength',
    'FlashEnergy',
    'ExposureIndex',
  ],
  ...['FocalPlaneXResolution', 'FocalPlaneYResolution', 'FocalPlaneResolutionUnit', 'SensingMethod'],
  ...['FileSource', 'SceneType', 'CFAPattern', 'CustomRendered', 'ExposureMode', 'WhiteBalance'],
  ...['DigitalZoomRatio', 'FocalLengthIn35mmFormat', 'SceneCaptureType', 'GainControl', 'Contrast'],
  ...[
    'Saturation',
    'Sharpness',
    'SubjectDistanceRange',
    'SubjectArea',
    'SubjectLocation',
    'DateTimeOriginal',
  ],
]
/** EXIF 2.3 and later; in XMP in a name space of their own. */
const shotLater = [
  'SensitivityType',
  ...['StandardOutputSensitivity', 'RecommendedExposureIndex', 'ISOSpeed', 'ISOSpeedLatitudeyyy'],
  ...['ISOSpeedLatitudezzz', 'SerialNumber', 'LensInfo', 'LensMake', 'LensModel', 'LensSerialNumber'],
  ...['CameraFirmware', 'AmbientTemperature', 'Humidity', 'Pressure', 'WaterDepth', 'Acceleration'],
  ...['CameraElevationAngle', 'CompositeImage', 'CompositeImageCount', 'CompositeImageExposureTimes'],
]

/** Tags as exiftool names them, with their group. */
const tags: Readonly<Record<GroupName, readonly string[]>> = {
  camera: [
    ...of('EXIF', [...shot, ...shotLater, 'Make', 'Model', 'Software', 'Lens', 'ModifyDate', 'CreateDate']),
    ...of('EXIF', ['OffsetTime', 'OffsetTimeOriginal', 'OffsetTimeDigitized', 'TimeZoneOffset']),
    ...of('EXIF', [
      'SubSecTime',
      'SubSecTimeOriginal',
      'SubSecTimeDigitized',
      'SelfTimerMode',
      'ImageNumber',
    ]),
    ...of('IPTC', ['DateCreated', 'TimeCreated', 'DigitalCreationDate', 'DigitalCreationTime']),
    ...of('XMP-exif', [...shot, 'DateTimeDigitized']),
    ...of('XMP-exifEX', [...shotLater, 'PhotographicSensitivity']),
    ...of('XMP-aux', ['Lens', 'LensID', 'LensInfo', 'LensSerialNumber', 'SerialNumber', 'Firmware']),
    ...of('XMP-aux', ['FlashCompensation', 'ApproximateFocusDistance', 'ImageNumber', 'LensDistortInfo']),
    ...of('XMP-tiff', ['Make', 'Model', 'Software', 'DateTime']),
    ...of('XMP-xmp', ['CreateDate', 'ModifyDate', 'MetadataDate', 'CreatorTool']),
    ...of('XMP-photoshop', ['DateCreated']),
    ...of('XMP-dc', ['Date']),
  ],
  place: [
    'GPS:all',
    ...of('IPTC', ['City', 'Sub-location', 'Province-State']),
    ...of('IPTC', ['Country-PrimaryLocationCode', 'Country-PrimaryLocationName']),
    ...of('IPTC', ['ContentLocationCode', 'ContentLocationName']),
    'XMP-exif:GPS*',
    ...of('XMP-photoshop', ['City', 'State', 'Country']),
    ...of('XMP-iptcCore', ['Location', 'CountryCode']),
    ...of('XMP-iptcExt', ['LocationCreated', 'LocationShown']),
    ...of('XMP-dc', ['Coverage']),
    ...of('XMP-mediapro', ['Location']),
  ],
  captions: [
    ...of('EXIF', ['ImageDescription', 'DocumentName', 'ImageTitle', 'UserComment', 'Rating']),
    ...of('EXIF', ['RatingPercent', 'XPTitle', 'XPComment', 'XPKeywords', 'XPSubject']),
    ...of('IPTC', ['ObjectName', 'Headline', 'Caption-Abstract', 'LocalCaption', 'Keywords', 'Category']),
    ...of('IPTC', ['SupplementalCategories', 'SubjectReference', 'SpecialInstructions', 'Urgency']),
    ...of('IPTC', ['Writer-Editor']),
    ...of('XMP-dc', ['Title', 'Description', 'Subject']),
    ...of('XMP-exif', ['UserComment']),
    ...of('XMP-exifEX', ['ImageTitle']),
    ...of('XMP-tiff', ['ImageDescription']),
    ...of('XMP-xmp', ['Rating', 'RatingPercent', 'Label', 'Title', 'Description', 'Keywords']),
    ...of('XMP-photoshop', ['Headline', 'Instructions', 'CaptionWriter', 'Category', 'Urgency']),
    ...of('XMP-photoshop', ['SupplementalCategories', 'LabelColor']),
    ...of('XMP-iptcCore', ['SubjectCode', 'Scene', 'IntellectualGenre', 'AltTextAccessibility']),
    ...of('XMP-iptcCore', ['ExtDescrAccessibility']),
    ...of('XMP-iptcExt', ['PersonInImage', 'PersonInImageWDetails', 'OrganisationInImageName', 'Event']),
    ...of('XMP-iptcExt', ['OrganisationInImageCode', 'ProductInImage', 'ArtworkOrObject', 'ImageRegion']),
    ...of('XMP-iptcExt', ['AboutCvTerm', 'Genre', 'Headline']),
    ...of('XMP-lr', ['HierarchicalSubject', 'WeightedFlatSubject']),
    ...of('XMP-mwg-rs', ['RegionInfo']),
    ...of('XMP-mwg-kw', ['KeywordInfo']),
    ...of('XMP-MP', ['RegionInfoMP']),
    ...of('XMP-microsoft', ['RatingPercent', 'LastKeywordIPTC', 'LastKeywordXMP']),
    ...of('XMP-digiKam', ['TagsList', 'CaptionsAuthorNames', 'CaptionsDateTimeStamps', 'ColorLabel']),
    ...of('XMP-digiKam', ['PickLabel']),
    ...of('XMP-mediapro', ['CatalogSets', 'Event', 'People']),
    ...of('XMP-acdsee', ['Caption', 'Categories', 'Keywords', 'Notes', 'Rating', 'Tagged']),
  ],
  copyright: [
    ...of('EXIF', ['Artist', 'Copyright', 'XPAuthor', 'OwnerName', 'Photographer', 'ImageEditor']),
    ...of('IPTC', ['By-line', 'By-lineTitle', 'Credit', 'Source', 'CopyrightNotice', 'Contact']),
    ...of('IPTC', ['OriginalTransmissionReference']),
    ...of('XMP-dc', ['Creator', 'Rights', 'Contributor', 'Publisher', 'Source']),
    ...of('XMP-tiff', ['Artist', 'Copyright']),
    ...of('XMP-aux', ['OwnerName']),
    ...of('XMP-exifEX', ['OwnerName', 'Photographer', 'ImageEditor']),
    ...of('XMP-xmp', ['Author']),
    ...of('XMP-photoshop', ['Credit', 'Source', 'AuthorsPosition', 'TransmissionReference']),
    ...of('XMP-iptcCore', ['CreatorContactInfo']),
    ...of('XMP-iptcExt', ['Creator', 'Contributor', 'CopyrightYear', 'RegistryID']),
    ...['XMP-xmpRights:all', 'XMP-plus:all', 'XMP-cc:all'],
    ...of('XMP-acdsee', ['Author']),
  ],
}

/** Where a format has no place for IPTC, what IPTC says goes to its counterpart in XMP (IPTC Photo Metadata 2023.2). */
const iptcInXmp: Readonly<Record<GroupName, readonly (readonly [xmp: string, iptc: string])[]>> = {
  camera: [['photoshop:DateCreated', 'DateCreated']],
  place: [
    ['photoshop:City', 'City'],
    ['photoshop:State', 'Province-State'],
    ['photoshop:Country', 'Country-PrimaryLocationName'],
    ['iptcCore:CountryCode', 'Country-PrimaryLocationCode'],
    ['iptcCore:Location', 'Sub-location'],
  ],
  captions: [
    ['dc:Title', 'ObjectName'],
    ['dc:Description', 'Caption-Abstract'],
    ['dc:Subject', 'Keywords'],
    ['photoshop:Headline', 'Headline'],
    ['photoshop:Instructions', 'SpecialInstructions'],
    ['photoshop:CaptionWriter', 'Writer-Editor'],
  ],
  copyright: [
    ['dc:Creator', 'By-line'],
    ['dc:Rights', 'CopyrightNotice'],
    ['photoshop:AuthorsPosition', 'By-lineTitle'],
    ['photoshop:Credit', 'Credit'],
    ['photoshop:Source', 'Source'],
    ['photoshop:TransmissionReference', 'OriginalTransmissionReference'],
  ],
}

export const keepsNothing = (groups: MetadataGroups): boolean => names.every((name) => !groups[name])

/**
 * What exiftool shall copy. `holdsIptc`: whether the new file has a place for IPTC; if not, XMP's own words come after
 * those of IPTC and replace them.
 */
export function tagsToCopy(groups: MetadataGroups, holdsIptc: boolean): readonly string[] {
  const kept = names.filter((name) => groups[name])
  const moved = holdsIptc ? [] : kept.flatMap((name) => iptcInXmp[name])
  return [
    ...moved.map(([xmp, iptc]) => `-XMP-${xmp}<IPTC:${iptc}`),
    ...(kept.length === names.length
      ? everything
      : [...kept.flatMap((name) => tags[name].map((tag) => `-${tag}`)), '-IPTC:CodedCharacterSet']),
  ]
}

function of(group: string, tagNames: readonly string[]): string[] {
  return tagNames.map((tag) => `${group}:${tag}`)
}
