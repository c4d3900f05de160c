import { ChevronDown, CircleHelp, Menu as MenuIcon, Moon, Sun, SunMoon } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { usePlaybackState } from '../../playback/hooks.ts'
import { changeLanguage, currentLanguage } from '../../i18n/language.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { Menu, MenuHeading, MenuItem, MenuRule } from '../shared/ui/Menu.tsx'
import { useText } from '../shared/words/text.ts'
import { view } from '../shared/view.ts'
import { openDialog } from './dialogs.ts'
import styles from './Header.module.css'
import { setTheme, theme, themes } from './theme.ts'

const themeIcons = { auto: SunMoon, light: Sun, dark: Moon }
const themeLabels = { auto: 'themeAuto', light: 'themeLight', dark: 'themeDark' } as const

export function Header({ compact }: { compact: boolean }): ReactElement {
  const { t } = useTranslation('app')
  return (
    <header className={styles.header}>
      <h1 className={styles.name}>{t('name')}</h1>
      <ScenarioButton />
      <span className={styles.space} />
      {compact ? <CompactMenu /> : <WideActions />}
    </header>
  )
}

/** The film that is on; opens the catalogue. */
function ScenarioButton(): ReactElement {
  const { t } = useTranslation('app')
  const text = useText()
  const scenario = usePlaybackState((s) => s.film?.scenario)
  return (
    <button type="button" className={styles.scenario} aria-haspopup="dialog" onClick={() => openDialog('scenarios')}>
      <span className={styles.title}>{scenario === undefined ? t('scenario') : text(scenario.spec.title)}</span>
      <ChevronDown size={14} />
    </button>
  )
}

function WideActions(): ReactElement {
  const { t } = useTranslation('app')
  return (
    <div className={styles.actions}>
      <Button onClick={() => openDialog('gallery')}>{t('learn')}</Button>
      <Button onClick={() => openDialog('levels')}>{t('levels')}</Button>
      <Button onClick={() => openDialog('share')}>{t('share')}</Button>
      <Button look="primary" onClick={() => view.setState({ presenting: true })}>
        {t('present')}
      </Button>
      <LanguageButton />
      <ThemeMenu />
      <IconButton label={t('help')} keys="?" onClick={() => openDialog('help')}>
        <CircleHelp size={16} />
      </IconButton>
    </div>
  )
}

function LanguageButton(): ReactElement {
  const { t, i18n } = useTranslation('app')
  const chinese = i18n.language === 'zh'
  return (
    <Button
      look="quiet"
      className={styles.language}
      title={t('switchLanguage')}
      onClick={switchLanguage}
    >
      <span data-on={!chinese || undefined}>EN</span>
      <span aria-hidden="true">/</span>
      <span data-on={chinese || undefined}>中</span>
      <span className="visually-hidden">{t('switchLanguage')}</span>
    </Button>
  )
}

function switchLanguage(): void {
  void changeLanguage(currentLanguage() === 'en' ? 'zh' : 'en')
}

function ThemeMenu(): ReactElement {
  const { t } = useTranslation('app')
  const chosen = useStore(theme, (s) => s.theme)
  const Icon = themeIcons[chosen]
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" className={styles.icon} aria-label={t('theme')} title={t('theme')}>
          <Icon size={16} />
        </Button>
      }
    >
      {themes.map((name) => (
        <MenuItem key={name} checked={name === chosen} onSelect={() => setTheme(name)}>
          {t(themeLabels[name])}
        </MenuItem>
      ))}
    </Menu>
  )
}

function CompactMenu(): ReactElement {
  const { t } = useTranslation('app')
  const chosen = useStore(theme, (s) => s.theme)
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" className={styles.icon} aria-label={t('menu')}>
          <MenuIcon size={18} />
        </Button>
      }
    >
      <MenuItem onSelect={() => openDialog('editor')}>{t('phoneEditor')}</MenuItem>
      <MenuItem onSelect={() => openDialog('inspector')}>{t('inspector')}</MenuItem>
      <MenuItem onSelect={() => openDialog('timeline')}>{t('timeline')}</MenuItem>
      <MenuItem onSelect={() => openDialog('transcript')}>{t('transcript')}</MenuItem>
      <MenuItem onSelect={() => openDialog('compare')}>{t('compare')}</MenuItem>
      <MenuRule />
      <MenuItem onSelect={() => openDialog('gallery')}>{t('learn')}</MenuItem>
      <MenuItem onSelect={() => openDialog('levels')}>{t('levels')}</MenuItem>
      <MenuItem onSelect={() => openDialog('share')}>{t('share')}</MenuItem>
      <MenuItem onSelect={() => view.setState({ presenting: true })}>{t('present')}</MenuItem>
      <MenuItem onSelect={switchLanguage}>{t('switchLanguage')}</MenuItem>
      <MenuRule />
      <MenuHeading>{t('theme')}</MenuHeading>
      {themes.map((name) => (
        <MenuItem key={name} checked={name === chosen} onSelect={() => setTheme(name)}>
          {t(themeLabels[name])}
        </MenuItem>
      ))}
    </Menu>
  )
}
