/**
 * Common passwords in lower case: from keyboards, calendars, names, love and games, in English and in
 * pinyin. Short ones are listed too, since they are looked up without the digits around them; numbers aren't,
 * because every number is refused.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1a2b3c4d 123456qwe 123456abc 123456aa
123qwe123 2wsx3edc a1b2c3d4 a1234567 a12345678 a123456789 aa123456 aa12345678 aaaa1111 aaaaaaaa
abc12345 abc123456 abcdefgh abcdef abcd abcabc admin adminadmin administrator alpha amanda america
andrea andrew angel angelina anthony apple april arsenal asdasd asdasdasd asdf asdfasdf asdfgh
asdfghj asdfghjk asdfghjkl asshole august austin babygirl badboy bailey banana barcelona baseball
basketball batman bear beautiful benjamin bestfriend bigdaddy bismillah blahblah blessed blink
bond007 booboo brandon brooklyn buddy butterfly buttercup caonima carlos caroline casper celtic
changeit changeme charles charlie cheese chelsea chicken china chocolate chris christian
christopher claudia coffee computer cookie corvette cowboys crystal dallas daniel daniela darkness
december default diamond dolphin donald douyin dragon eagle elephant elizabeth eminem enter
estrella evergreen everton facebook falcon family fashion february fender ferrari fishing flower
football forever francis freedom friday friend friends fuckme fuckoff fuckyou gabriel garfield
genesis george ginger godisgood golden goodluck google gordon guest guitar gundam hannah happy
happyday hardcore harley harrypotter heather heaven hello helloworld hockey holiday hongkong
hottie house hunter iceman iloveu iloveyou inlove internet jackson january jasmine jason jennifer
jessica jesus jesuschrist jiayou joanna jonathan jordan joseph joshua juventus justin kawasaki
killer kimberly kitten kitty laptop lauren letmein liverpool login london lovely loveme lover
loveyou lucky maggie manchester marina marlboro martin master matrix matthew mercedes merlin
metallica michael michelle mickey midnight minecraft mommy money monica monkey monster morgan
mother mustang mylove mypassword naruto nathan newyork nicholas nicole nihao nintendo nirvana
nothing november october oliver orange p@ssw0rd p@ssword pa55word pass passw0rd passwd password
patrick peanut pepper phoenix pikachu playstation please pokemon police porsche power prince
princess purple pussy q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx qazwsxed qazwsxedc qazxsw qingtian
qq123456 qq123456789 qwaszx qwer qwerasdf qwerqwer qwert qwerty qwertyui qwertyuiop qwertyu qweasd
qweasdzxc qweqwe qweqweqwe rainbow ranger realmadrid rebecca remember richard robert rockstar
ronaldo root samantha samsung samuel sandra saturday scooter scorpion secret september serenity
server shadow shanghai shannon simple skywalker slipknot snoopy snowball soccer softball spiderman
spring starwars stella steven strawberry summer sunday sunflower sunshine superman superstar
support supreme sweet sweetheart taylor teacher tennis test testtest thomas thunder tigger tiger
tiktok tinkerbell toor topsecret toyota trinity trustno1 twilight unknown user username valentina
vampire vanessa victor victoria vincent wang1234 warcraft welcome whatever william willow windows
winner winter wizard wolf woaini woaimama wodemima woaiwojia worldcup xiaoming xiaoxiao yankees
yamaha yellow yuantuo zaq12wsx zaq1zaq1 zaqwsx zhang123 zhangwei zhongguo zidane zxcasd zxcv
zxcvbn zxcvbnm zxczxc
`
    .trim()
    .split(/\s+/),
)
